"""Facts in rows: UIDs, names, status and reject words. They import nothing but one another."""
