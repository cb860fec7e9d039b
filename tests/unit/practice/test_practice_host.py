import multiprocessing
import socket
from multiprocessing.connection import Connection

from app.practice import host
from app.practice.device import Faults, SimulatedDevice

DEVICES = (SimulatedDevice("sw-1"), SimulatedDevice("sw-2"))


def answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            return connection.recv(64).startswith(b"SSH-2.0-")
    except OSError:
        return False


def asked(pipe: "Connection[object, object]", request: object) -> object:
    pipe.send(request)
    return pipe.recv()


def test_devices_stand_in_a_process_of_their_own() -> None:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=host.run, args=(theirs, DEVICES))
    process.start()
    theirs.close()
    try:
        standing = ours.recv()
        assert isinstance(standing, host.Standing)
        assert all(answers(port) for port in standing.ports.values())

        assert asked(ours, host.SetFaults("sw-1", Faults(is_unplugged=True))) == standing
        assert [answers(port) for port in standing.ports.values()] == [False, True]
        assert asked(ours, host.SetFaults("sw-1", Faults())) == standing
        assert asked(ours, host.Drop("sw-2")) == standing

        changed = asked(ours, host.ChangeHostKey("sw-1"))
        assert isinstance(changed, host.Standing)
        assert changed.ports == standing.ports
        assert changed.fingerprints["sw-1"] != standing.fingerprints["sw-1"]
        assert changed.fingerprints["sw-2"] == standing.fingerprints["sw-2"]

        assert isinstance(asked(ours, host.Drop("sw-99")), host.Failed)
        assert isinstance(asked(ours, "nonsense"), host.Failed)
    finally:
        ours.close()  # the process ends with whoever asked for it
        process.join(10)
    assert process.exitcode == 0
    assert not any(answers(port) for port in standing.ports.values())


def test_a_taken_port_is_told() -> None:
    context = multiprocessing.get_context("spawn")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ours, theirs = context.Pipe()
        device = SimulatedDevice("sw-1", port=taken.getsockname()[1])
        process = context.Process(target=host.run, args=(theirs, (device,)))
        process.start()
        theirs.close()
        failed = ours.recv()
        process.join(10)
        ours.close()
    assert isinstance(failed, host.Failed)
    assert "in use" in failed.text
