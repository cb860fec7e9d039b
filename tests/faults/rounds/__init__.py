"""Rounds of work with one fault each, between real processes: what was promised to a person is never lost.

Every round some people edit at their workstations, then something breaks at a random moment, is healed, and everything
is compared: what each workstation promised (its journal), what the company applied (sync.op and the rows), what waits
for a person (conflicts) and what each cache shows. `python -m tests.faults.rounds --help`.
"""
