"""The company's PostgreSQL: schema, roles, connection, embedded server. Only here: psycopg."""
