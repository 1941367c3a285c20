"""A proxy that cuts every connection once so many bytes went through it, as a bad line does."""

import contextlib
import socket
import threading

CHUNK = 2**16


class CuttingProxy:
    """Between a client and `port` on this machine. After `cut_at` bytes upwards all lines drop, once.

    With `stays_cut` nobody gets through from then on until `mend` is called.
    """

    def __init__(self, port: int, cut_at: int, *, stays_cut: bool = False) -> None:
        self._target, self._left, self._stays_cut = port, cut_at, stays_cut
        self._cut = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._lines: set[socket.socket] = set()
        self._lock = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    def wait_for_the_cut(self, seconds: float) -> None:
        if not self._cut.wait(seconds):
            raise TimeoutError(f"{self._left} bytes were still to come")

    def mend(self) -> None:
        self._stays_cut = False

    def close(self) -> None:
        self._listener.close()
        self._drop()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._join, args=(client,), daemon=True).start()

    def _join(self, client: socket.socket) -> None:
        try:
            if self._stays_cut and self._cut.is_set():
                raise ConnectionRefusedError
            server = socket.create_connection(("127.0.0.1", self._target))
        except OSError:
            client.close()
            return
        self._lines |= {client, server}
        threading.Thread(target=self._pass, args=(server, client, False), daemon=True).start()
        self._pass(client, server, True)

    def _pass(self, source: socket.socket, target: socket.socket, upwards: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(CHUNK):
                if upwards and self._counted(len(data)):
                    return
                target.sendall(data)
        for line in (source, target):
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def _counted(self, size: int) -> bool:
        """True for the piece that cuts the lines; it is lost with them."""
        with self._lock:
            before, self._left = self._left, self._left - size
        if before > 0 >= self._left:
            # Told first: a client that tries again at once must not slip through.
            self._cut.set()
            self._drop()
            return True
        return False

    def _drop(self) -> None:
        for line in list(self._lines):
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()
        self._lines.clear()
