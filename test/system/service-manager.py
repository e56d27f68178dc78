"""Stands for systemd at a notify socket: prints every assignment as a line, and lets go of barriers as systemd does.

usage: service-manager.py SOCKET
"""

import os
import socket
import sys

with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
    listener.bind(sys.argv[1])
    print("listening", flush=True)
    while True:
        text, descriptors, _, _ = socket.recv_fds(listener, 65536, 8)
        print(text.decode().rstrip("\n"), flush=True)
        # systemd-notify waits until the other end of what it sent with BARRIER=1 is closed (sd_notify_barrier(3)).
        for descriptor in descriptors:
            os.close(descriptor)
