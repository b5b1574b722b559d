"""moto's server on a free loopback port, until stdin ends.

Prints the address it listens on as its first line. Ending with stdin means that it never outlives
the process that started it, however that one ended.
"""

import sys

from moto.server import ThreadedMotoServer


def main():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    print(f"{host}:{port}", flush=True)
    sys.stdin.read()
    server.stop()


if __name__ == "__main__":
    main()
