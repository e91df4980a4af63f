"""boto3's calls end as a whole within their time.

boto3 bounds each read by itself: a server, or whoever stands in its place, that sends a byte now and then keeps a
call for ever. So each request sets a timer that shuts its connection down; whoever waits on it then hears that it is
closed. The connection is told apart from the call: once it rests in its pool, the timer is gone.
"""

import contextlib
import socket
import threading
from typing import Any


def bound(client: Any, seconds: float) -> None:
    """Let every exchange of a client end within `seconds`, the opening of a connection included."""
    # botocore has no other way to say which connections its pools hold.
    pools = client._endpoint.http_session._pool_classes_by_scheme  # noqa: SLF001
    for scheme, pool in pools.items():
        pools[scheme] = _pooling(pool, seconds)


def _connecting(base: Any, seconds: float) -> Any:
    class Connection(base):  # type: ignore[misc]  # botocore's, as far as it tells its types
        _timer: threading.Timer | None = None
        _held: socket.socket | None = None  # an answer may keep it when the connection has let it go
        _is_shut = False

        def begin(self) -> None:
            """An exchange begins, if need be with opening the connection."""
            self._is_shut = False
            self._timer = threading.Timer(seconds, self.shut)
            self._timer.daemon = True
            self._timer.start()

        def request(self, *given: Any, **named: Any) -> Any:
            told = super().request(*given, **named)
            self._held = self.sock
            return told

        def getresponse(self) -> Any:
            answer = super().getresponse()
            if self._is_shut:  # its head may have been ended by that, and looks whole
                answer.close()
                raise TimeoutError
            return answer

        def shut(self) -> None:
            """End whatever is under way: nothing more of it is sent or heard."""
            self._is_shut = True
            for each in filter(None, {self.sock, self._held}):
                with contextlib.suppress(OSError):
                    socket.socket.shutdown(each, socket.SHUT_RDWR)

        def rest(self) -> None:
            """Nothing is under way."""
            if self._timer:
                self._timer.cancel()
            self._timer = self._held = None

    return Connection


def _pooling(base: Any, seconds: float) -> Any:
    class Pool(base):  # type: ignore[misc]  # as above
        ConnectionCls = _connecting(base.ConnectionCls, seconds)

        def _get_conn(self, *given: Any, **named: Any) -> Any:
            connection = super()._get_conn(*given, **named)
            connection.rest()
            connection.begin()
            return connection

        def _put_conn(self, connection: Any) -> None:
            if connection is not None:
                connection.rest()
            super()._put_conn(connection)

    return Pool
