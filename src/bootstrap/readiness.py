"""Whether this process can serve: what /health/ready looks at."""

from sqlalchemy import Engine, text

from adapters.db.migrate import is_current
from bootstrap.settings import Settings


def readiness(settings: Settings, engine: Engine) -> dict[str, bool]:
    """Each check by name; all have to hold. A missing database or an old schema is not ready."""
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
        return {"database": True, "migrations": is_current(settings.database_url)}
    except Exception:  # any failure of the driver means the same here: not ready
        return {"database": False, "migrations": False}
