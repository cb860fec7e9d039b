"""Carries changes between the workstation's cache and the company database.

The protocol, in its first form:

* A workstation's place in the company's history is a *snapshot*: the text of pg_current_snapshot() at its last pull.
  A pull reads the feed rows whose transaction that snapshot does not see, joined to the rows themselves, in one
  REPEATABLE READ transaction; so a transaction that commits late is neither missed nor seen in halves.
* An edit is an *op* with an id of its own. The company applies each id once and keeps its answer, so an op whose
  answer was lost can be sent again. An op carries [base, mine] for each field: fields that still hold the base are
  written, any other is a conflict and stays as it is.
* The cache shows the company's row with the unsent ops on top; every answer carries the current row, so a value that
  did not go through does not stay on the screen but becomes an open conflict, which a person resolves.
* When what a person may see changes, or the company's epoch does, everything is read again into place; the outbox and
  the conflicts stay.

It runs in a process of its own and tells the console only which ids changed.
"""
