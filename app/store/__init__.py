"""The workstation's SQLite cache. The only room that imports peewee."""
