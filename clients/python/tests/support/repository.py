"""Where the registry's server is, whose clients are tested here."""

from pathlib import Path

REPOSITORY = Path(__file__).parents[4]
NODE = str(REPOSITORY / "node_modules/.bin/node")

assert Path(NODE).exists(), "The tests run the registry's server: npm ci in the repository's root brings what it needs"
