"""Starts telemelya with stand-ins for the Redis and the S3 server that it needs.

Run by the Python of telemelya's own environment; arguments: three ports on this machine.
"""

import os
import sys
import threading


def main(port: str, redis_port: str, s3_port: str) -> None:
    os.environ |= {
        "MOCK_SERVER_HOST": "127.0.0.1",
        "MOCK_SERVER_PORT": port,
        "REDIS_URL": f"redis://127.0.0.1:{redis_port}/0",
        "MINIO_ENDPOINT": f"127.0.0.1:{s3_port}",
        "AUTH_KEYS": "k",
        "STRICT_EDIT": "true",
    }
    from fakeredis import TcpFakeServer  # type: ignore[import-not-found]
    from moto.server import ThreadedMotoServer

    redis = TcpFakeServer(("127.0.0.1", int(redis_port)), server_type="redis")
    threading.Thread(target=redis.serve_forever, daemon=True).start()
    ThreadedMotoServer(ip_address="127.0.0.1", port=int(s3_port), verbose=False).start()

    from telemelya.server.app import main as serve  # type: ignore[import-not-found]

    serve()


if __name__ == "__main__":
    main(*sys.argv[1:4])
