"""The aggregates a unit of work can fetch and add, one small protocol per root.

``get`` answers the same object for the same id within one unit of work, with its root row locked
when the unit writes, and raises the aggregate's NotFound for unknown and soft-deleted ids. ``add``
registers a new one. Finders answer None or an empty list when there is nothing. There is no save:
``commit`` writes what changed.
"""
