"""Write a migration for what the workstation's models say and its database does not have yet.

python scripts/migration.py 02_webhooks "Webhooks have a name"
"""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic import command

from melanoscope.workstation.store.migrate import SCRIPTS, configuration
from melanoscope.workstation.store.transactions import Store

revision, message = sys.argv[1:]
with TemporaryDirectory() as folder:
    store = Store(f"sqlite:///{Path(folder) / 'empty.sqlite'}")
    with store.engine.connect() as connection:
        command.revision(configuration(connection), message, autogenerate=True, rev_id=revision)
    store.close()
written = SCRIPTS / "versions" / f"v{revision}.py"
subprocess.run(["ruff", "check", "--quiet", "--fix", written], check=False)
subprocess.run(["ruff", "format", "--quiet", written], check=True)
print(f"{written}: read it before you keep it.")
