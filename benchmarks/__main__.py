"""Everything that is measured, one after another: ``python -m benchmarks [PART …]``.

Each part is a module beside this file and runs as a process of its own, so that the memory of one
is not counted for the next.
"""

import subprocess
import sys

PARTS = ("matching", "telegram_answer", "whatsapp_answer", "evidence", "growth")

if __name__ == "__main__":
    for part in sys.argv[1:] or PARTS:
        print(f"\n{part}", flush=True)  # noqa: T201
        subprocess.run([sys.executable, "-m", f"benchmarks.{part}"], check=True)  # noqa: S603
