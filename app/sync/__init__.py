"""Carries changes between the workstation's cache and the company database.

What it promises, and how:

* **From snapshot to snapshot.** A workstation's place in the company's history is a snapshot: the text of
  pg_current_snapshot() at its last pull. A pull reads the feed rows whose transaction that snapshot does not see,
  joined to the rows themselves, in one REPEATABLE READ transaction, and writes them and the new cursor in one SQLite
  transaction: a transaction that commits late is neither missed nor seen in halves. Exceptions, each shown on the
  screen as "fetching": the first fill, and more than MOST_PULLED changes at once. Those are read in parts; the pull
  from the snapshot before the first part, at the end, makes them one.
* **Also over a crash of the server.** PostgreSQL gives the numbers of transactions whose end it had not written down
  yet out again, and a snapshot from before has counted them as ended. So the company counts its crashes (the server
  itself empties an unlogged table when it recovers, also when only one of its processes died) and notes from which
  number on lines were written to the feed since; a cursor names the last crash that it has seen, and is cut at the
  first of those that came after. No clock is asked: neither a clock set back nor a long transaction matters. What is
  read twice is the same, and `rev` decides. What lies below the floor for that is read again with everything. This
  needs `synchronous_commit`, on which `company check` looks: what a workstation has seen is on the company's disk.
* **Every edit is applied exactly once.** An edit is an *op* with an id of its own. The company applies each id once and
  keeps its answer, so an op whose answer was lost is sent again and gets the same answer. Pushes of one workstation
  wait for each other.
* **Read your own writes.** The cache shows the company's row with the unsent ops on top, whatever arrives.
* **Never backwards in `rev`**, except where the company itself has gone back.
* **Every edit ends in one visible place:** applied, pending (the outbox), a conflict or refused (both wait for a
  person). An op carries [base, mine] for each field: fields that still hold the base are written; any other is a
  conflict and stays as it is. Every answer carries the current row, so a value that did not go through does not stay
  on the screen. An op on which the company fails, rather than answers, stays in the outbox with its error and holds
  up only what hangs on it.
* **Idle and connected, two workstations hold equal rows**, each equal to SELECT as its own role, but for issues that
  were closed longer ago than this workstation keeps them: those are in the company's archive.

How edits merge: different fields in silence; one field with different values is a conflict with base, mine, theirs,
who and when; long text (`Table.by_lines`) line by line where that is clean, by the workstation, and goes out again on
the new base; outcomes and money (`Table.together`) never; tags, interactions, notes, ticks and asks are rows of their
own; a removal of what somebody changed meanwhile, and a change of what somebody removed, are conflicts.

What a person may see: when it shrinks, the next pull takes the rows away (also out of conflicts); when it grows, the
same pull brings them all. A login that was taken away locks the workstation; what is unsent stays for export.

The handshake, and every pull, compares the history itself: cluster, database, timeline, epoch, and how often this
workstation has reported. Another history, a cursor from its future or one from below what the feed still has: what the
company took from here in the last 14 days and does not know any more is offered again, everything is read again into
place, and the outbox and the conflicts stay. Between programs and companies of different schemas pulls go on with the
columns that both know, and pushes wait.

Three things stand in no feed and are asked for when somebody wants them. *Presence*: who has the row open that is open
here, said again every 10 s and gone after 30 s or with the connection; the company wakes only who looks at the same
row. *A history*: who changed a row, from the company's trail of edits, under the reader's rights of now and of then;
the last that was fetched is kept. *Contents of attachments*: by their SHA-256, in pieces between which edits go, and
taken up again after a cut; what is not what its hash says is taken by neither side, and only who has shown that they
have a content makes it readable by naming it.

It runs in a process of its own and tells the console only which ids changed. A call that makes no progress for 15 s is
given up (a ping every 8 s finds a network that swallows everything), a push only after the time that a line of 20 kB/s
needs for it besides; what broke in the middle is sent and read in smaller parts next time. Pauses between tries grow
from 0.5 to 60 s with jitter, and a knock at the company's door every few seconds ends them as soon as somebody answers.
"""
