"""The page's line to the server without a browser: any method, any arguments."""

from __future__ import annotations

import asyncio
import struct
from contextlib import asynccontextmanager

import aiohttp
import msgpack

HEAD = struct.Struct("<III")  # wslink's chunks: number, offset, size of the whole
PATIENCE_S = 20.0


class Line:
    """One connection."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._number = 0

    async def call(self, method: str, *args, number: str = "") -> object:
        """Answer of a method; an exception of the server is raised here."""
        self._number += 1
        number = number or f"rpc:{self._number}"
        message = {
            "wslink": "1.0",
            "id": number,
            "method": method,
            "args": list(args),
            "kwargs": {},
        }
        packed = msgpack.packb(message)
        await self._socket.send_bytes(HEAD.pack(self._number, 0, len(packed)) + packed)
        while True:
            answer = await asyncio.wait_for(self._read(), PATIENCE_S)
            if answer.get("id") == number:
                if "error" in answer:
                    raise RuntimeError(answer["error"]["message"])
                return answer.get("result")

    async def _read(self) -> dict:
        content, got = bytearray(), 0
        while True:
            part = await self._socket.receive_bytes()
            _, offset, size = HEAD.unpack(part[: HEAD.size])
            body = part[HEAD.size :]
            content = content or bytearray(size)
            content[offset : offset + len(body)] = body
            got += len(body)
            if got >= size:
                return msgpack.unpackb(bytes(content), strict_map_key=False)


@asynccontextmanager
async def connect(base: str, cookie: str):
    """A line that has said hello, as the page's script does."""
    headers = {"Cookie": cookie, "Origin": base}
    async with aiohttp.ClientSession(headers=headers) as session, session.ws_connect(
        f"{base.replace('http', 'ws')}/ws", max_msg_size=0
    ) as socket:  # fmt: skip
        line = Line(socket)
        await line.call("wslink.hello", {"secret": "wslink-secret"}, number="system:c0:0")
        yield line
