"""The text of the embedded server's three settings files, written afresh at every start.

The package's own defaults trust every local connection; ours let in the operating-system user that runs Baton
through the socket, and everybody else by SCRAM only.
"""

from pathlib import Path

SUPERUSER = "postgres"
PEER_MAP = "baton"

HBA = f"""\
# Written by Baton at every start.
local all all peer map={PEER_MAP}
host all all 127.0.0.1/32 scram-sha-256
host all all ::1/128 scram-sha-256
"""


def ident(os_user: str) -> str:
    """pg_ident.conf: this operating-system user may be any database role (`all`: PostgreSQL 16 and later)."""
    return f"# Written by Baton at every start.\n{PEER_MAP} {_double_quoted(os_user)} all\n"


def postgresql(data: Path, conf: Path, log: Path, *, sockets: Path | None, port: int) -> str:
    """postgresql.conf: what initdb found out about this machine, then what we want."""
    settings: dict[str, str | int] = {
        "hba_file": str(conf / "pg_hba.conf"),
        "ident_file": str(conf / "pg_ident.conf"),
        "listen_addresses": "" if sockets else "127.0.0.1",
        "unix_socket_directories": _double_quoted(str(sockets)) if sockets else "",
        "unix_socket_permissions": "0700",
        "port": port,
        "password_encryption": "scram-sha-256",
        "max_connections": 60,
        "shared_buffers": "64MB",
        "max_wal_size": "256MB",
        "fsync": "on",
        "full_page_writes": "on",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "lc_messages": "C",
        "logging_collector": "on",
        "log_directory": str(log),
        "log_filename": "postgresql-%a.log",
        "log_truncate_on_rotation": "on",
        "log_rotation_age": "1d",
        "log_rotation_size": 0,
        # A failed ALTER ROLE would write its password into the log.
        "log_statement": "none",
        "log_min_error_statement": "panic",
        "log_min_duration_statement": -1,
        "log_parameter_max_length": 0,
        "log_parameter_max_length_on_error": 0,
    }
    lines = [f"{name} = {_quoted(str(value))}" for name, value in settings.items()]
    found_out = _quoted(str(data / "postgresql.conf"))
    return "\n".join(["# Written by Baton at every start.", f"include {found_out}", *lines, ""])


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def _double_quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
