"""The company's PostgreSQL: schema, roles, connection, embedded server. The only room that imports psycopg."""
