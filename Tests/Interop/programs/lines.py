"""The programs' end of the pipe: requests come as lines of JSON, each is answered by one line.

It needs the standard library alone, because Debian's Python and that of the virtual environment both run it.
"""

import asyncio
import json
import os
import sys
import traceback
from typing import Any

# A description may be as long as a signalling message; its escapes may double that.
LONGEST_LINE = 1 << 19


async def serve(client: Any) -> None:
    """Calls the method that each request names, until it was `close` or the driver has gone."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints must not stand between the answers
    requests = asyncio.StreamReader(limit=LONGEST_LINE)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(requests), sys.stdin)
    while line := await requests.readline():
        request = json.loads(line)
        name = request.pop("do")
        try:
            answer = {"result": await getattr(client, name)(**request) or {}}
        except Exception as error:
            traceback.print_exc()
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), file=answers, flush=True)
        if name == "close":
            return
    await client.close()
