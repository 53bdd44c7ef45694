"""An ASGI application as the network of a synchronous httpx client, in this very thread."""

import asyncio

import httpx


class AsgiTransport(httpx.BaseTransport):
    """Answers every request by running the application on an event loop of its own."""

    def __init__(self, app):
        self._inner = httpx.ASGITransport(app)
        self._loop = asyncio.new_event_loop()

    def handle_request(self, request):
        return self._loop.run_until_complete(self._answer(request))

    async def _answer(self, request):
        sent = httpx.Request(request.method, request.url, headers=request.headers)
        answer = await self._inner.handle_async_request(sent)
        body = b"".join([part async for part in answer.stream])
        return httpx.Response(answer.status_code, headers=answer.headers, content=body)

    def close(self):
        self._loop.close()
