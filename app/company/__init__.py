"""The company's PostgreSQL: schema, roles, functions, connection, embedded server. The only room that imports psycopg."""
