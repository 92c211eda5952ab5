"""2,000 feeds on 500 slow or broken hosts beside 200 healthy ones: the healthy are asked as soon as without them.

usage: e2e_hosts.py [BROKEN_FEEDS]     (2000)

Every host has a loopback address of its own. The daemon is asked for a pass over all feeds twice; what counts is the
second, when it knows its hosts: how long after the command each healthy feed was asked, with and without the broken.
"""
import asyncio
import statistics
import subprocess
import sys
import threading
import time

from harness import Daemon, Headlined, folder, main, passed

BROKEN_HOSTS = 500
BROKEN = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
HEALTHY = 200
TIMEOUT = 3  # seconds, of one request
# What a loaded machine may add; without lanes the healthy wait for rounds of timeouts (measured: 9 s and more).
NOISE = 1.5
DOCUMENT = (b"<rss version='2.0'><channel><title>T</title><item><guid isPermaLink='false'>1</guid>"
            b"<title>One</title></item></channel></rss>")


class Hosts:
    """One listener for all of 127.0.0.0/8: healthy below 127.1, broken in four ways below 127.2."""

    def __init__(self):
        self.asked = {}  # address -> times
        started = threading.Event()
        threading.Thread(target=lambda: asyncio.run(self.serve(started)), daemon=True).start()
        assert started.wait(10), "the origin did not start"

    async def serve(self, started):
        server = await asyncio.start_server(self.answer, "0.0.0.0", 0, backlog=4096)
        self.port = server.sockets[0].getsockname()[1]
        started.set()
        await server.serve_forever()

    async def answer(self, reader, writer):
        address = writer.get_extra_info("sockname")[0]
        try:
            await reader.readuntil(b"\r\n\r\n")
            self.asked.setdefault(address, []).append(time.monotonic())
            if address.startswith("127.1."):
                await asyncio.sleep(0.1)
                writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(DOCUMENT), DOCUMENT))
                await writer.drain()
            else:
                await self.break_down(int(address.rsplit(".", 1)[1]) % 4, reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # a client that had enough
        finally:
            writer.close()

    async def break_down(self, way, reader, writer):
        if way == 0:  # silence before an answer
            await reader.read()
        elif way == 1:  # a drip
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
            while not reader.at_eof():
                writer.write(b" ")
                await writer.drain()
                await asyncio.sleep(0.2)
        elif way == 2:  # silence within a document
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n<rss>")
            await reader.read()
        # else hang up


def delays(origin, feeds):
    """Seconds from the second command to each healthy host's request, and how long that pass took in all."""
    with folder() as place:
        headlined = Headlined(place, feeds, fetch=f'timeout = "{TIMEOUT}s"')
        daemon = Daemon(headlined)
        for _ in range(2):
            origin.asked.clear()
            began = time.monotonic()
            subprocess.run(headlined.command("poll", "--all", "--json"), stdout=subprocess.DEVNULL, timeout=300)
            whole = time.monotonic() - began
        times = sorted(asked[0] - began for address, asked in origin.asked.items() if address.startswith("127.1."))
        daemon.stop()
    assert len(times) == HEALTHY, f"{len(times)} of {HEALTHY} healthy feeds were asked"
    return times, whole


def hosts():
    origin = Hosts()
    address = lambda kind, n: f"http://127.{kind}.{n // 250}.{n % 250 + 1}:{origin.port}"
    healthy = [(f"healthy {n}", address(1, n) + "/feed") for n in range(HEALTHY)]
    broken = [(f"broken {n}", f"{address(2, n % BROKEN_HOSTS)}/{n}") for n in range(BROKEN)]
    # The healthy stand last: what is due is asked in that order.
    alone, whole_alone = delays(origin, healthy)
    beside, whole_beside = delays(origin, broken + healthy)
    for name, times, whole in (("alone", alone, whole_alone), ("beside the broken", beside, whole_beside)):
        print(f"{name:<20} median {statistics.median(times):6.2f} s, last {times[-1]:6.2f} s, all feeds {whole:6.1f} s")
    assert statistics.median(beside) <= statistics.median(alone) * 1.1 + NOISE, "the healthy wait for the broken"
    passed(f"{HEALTHY} healthy feeds are asked in time beside {BROKEN} on {BROKEN_HOSTS} broken hosts")


if __name__ == "__main__":
    main(hosts)
