"""ryvencore: exec nodes that do nothing, in a chain or as a fan-out, for engine.py. Prints nodes a second, by round.

    PEER/bin/python tests/benchmarks/ryvencore_peer.py chain|fan-out NODES ROUNDS

ryvencore calls the next node from inside the one before, so a chain is as deep as the Python stack: the limit is
raised, and a thread with a stack of 512 MB runs it.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from itertools import pairwise

from ryvencore import Node, NodeInputType, NodeOutputType, Session


class Step(Node):
    """Counts, and hands the token on."""

    title = "step"
    init_inputs = [NodeInputType(type_="exec")]
    init_outputs = [NodeOutputType(type_="exec")]
    count = 0

    def update_event(self, inp: int = -1) -> None:
        Step.count += 1
        self.exec_output(0)


def measure(shape: str, count: int, rounds: int) -> None:
    """Build the flow once, run it `rounds` times, print the list of rates."""
    session = Session()
    session.register_node_type(Step)
    flow = session.create_flow(shape)
    flow.set_algorithm_mode("exec")
    first, *others = nodes = [flow.create_node(Step) for _ in range(count)]
    for here, there in pairwise(nodes) if shape == "chain" else ((first, other) for other in others):
        flow.connect_nodes(here.outputs[0], there.inputs[0], silent=True)
    rates = []
    for _ in range(rounds):
        Step.count = 0
        began = time.perf_counter()
        first.update()
        rates.append(count / (time.perf_counter() - began))
        assert count == Step.count, f"{Step.count} of {count} nodes ran"
    print(json.dumps(rates))


if __name__ == "__main__":
    sys.setrecursionlimit(1_000_000)
    threading.stack_size(512 * 1024 * 1024)
    runner = threading.Thread(target=measure, args=(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
    runner.start()
    runner.join()
