from tests.helpers.desk import desk, errors  # noqa: F401
from tests.helpers.region import region  # noqa: F401
