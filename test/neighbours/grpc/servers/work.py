"""The work that writes do, in a file that several servers share and that outlives them."""

import fcntl
import os
import threading
import time


class Work:
    """Writes `begun` and `done` lines. What has a key is done once, whichever server is asked, as AIP-155 wants it."""

    def __init__(self, path, name):
        self.file = open(path, "a+b", buffering=0)
        self.name = name
        self.lock = threading.Lock()
        self.done, self.read = set(), 0

    def run(self, rpc, request_id, has_key):
        """Does the work of one write. The id says how long it takes: `slow-1500-…` is 1.5 s."""
        if has_key and self._is_done(request_id):
            return
        self._write("begun", rpc, request_id)
        if request_id.startswith("slow-"):
            time.sleep(int(request_id.split("-")[1]) / 1000)
        fcntl.flock(self.file, fcntl.LOCK_EX)
        try:
            if not (has_key and self._is_done(request_id)):
                self._write("done", rpc, request_id)
        finally:
            fcntl.flock(self.file, fcntl.LOCK_UN)

    def _write(self, what, rpc, request_id):
        # One write of an appending file: whole lines, though several processes write.
        os.write(self.file.fileno(), f"{what} {rpc} {request_id} {self.name}\n".encode())

    def _is_done(self, request_id):
        """Whether any server did it: what was written since the last look is read."""
        with self.lock:
            size = os.fstat(self.file.fileno()).st_size
            new = os.pread(self.file.fileno(), size - self.read, self.read)
            # Another server may be in the middle of its line.
            whole = new[: new.rfind(b"\n") + 1]
            self.read += len(whole)
            for line in whole.decode().splitlines():
                what, _rpc, done_id, _server = line.split(" ")
                if what == "done":
                    self.done.add(done_id)
            return request_id in self.done
