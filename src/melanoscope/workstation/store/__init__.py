"""What is kept: SQLAlchemy models, one module for each group of tables, and the transactions over them."""
