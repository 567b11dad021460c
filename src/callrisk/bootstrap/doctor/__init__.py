"""The command `python run.py doctor`: every point of an installation, asked at once.

Nothing is written anywhere: the database is opened for reading, the results app is judged by its
form and by the rights of its token. Points stand in the order in which they depend on each other;
behind the first cause of a chain the rest of the chain is not asked.
"""
