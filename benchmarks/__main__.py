"""Everything that needs no other program: ``python -m benchmarks [--seconds 60]``.

Beside the bare bots of other libraries: ``python benchmarks/telegram_answer.py`` and
``whatsapp_answer.py``; what evidence costs, by kind: ``python -m tests.evidence.measure``.
"""

from benchmarks import growth

if __name__ == "__main__":
    growth.main()
