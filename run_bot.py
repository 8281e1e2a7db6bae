"""`python run_bot.py`: hands over to `app.main`."""

import sys

from app.main import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
