"""Exits with 0 where an address answers with success, else with 1: python healthcheck.py URL"""

import sys
import urllib.error
import urllib.request

WAIT_S = 4.0


def answers(address: str) -> bool:
    """Return True if the address answers with success; proxies of the environment are bypassed."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(address, timeout=WAIT_S):
            return True
    except (OSError, ValueError) as error:
        print(f"{address}: {error}", file=sys.stderr)
        return False


if __name__ == "__main__":
    sys.exit(0 if answers(sys.argv[1]) else 1)
