"""Whether this process can serve: what /health/ready looks at."""

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from adapters.db.migrate import is_current


def readiness(engine: Engine) -> dict[str, bool]:
    """Each check by name; all have to hold. A database out of reach or an old schema is not ready."""
    try:
        return {"database": True, "migrations": is_current(engine)}
    except SQLAlchemyError:  # whatever the driver's trouble is, it means the same here
        return {"database": False, "migrations": False}
