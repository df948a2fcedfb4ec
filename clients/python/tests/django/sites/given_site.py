"""What the settings of a server take from the environment."""

import json
import os
from typing import Any

SITE: dict[str, Any] = json.loads(os.environ["TEST_SITE"])
