// Rivet: text nodes, in a chain or as a fan-out, for engine.py. Prints nodes a second, by round.
//
//     cd FOLDER && node --stack-size=16000 .../rivet_peer.mjs chain|fan-out NODES ROUNDS
//
// FOLDER is where @ironclad/rivet-node is installed. Rivet calls the next node from inside the one before: with Node's
// own stack a chain of 600 ends with no node run and no error.
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(path.join(process.cwd(), 'package.json'));
const rivet = require('@ironclad/rivet-node');
const [shape, nodes, rounds] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];

const text = (number) => {
  const node = rivet.globalRivetNodeRegistry.create('text');
  return { ...node, id: `n${number}`, data: { ...node.data, text: number ? '{{input}}' : 'start' } };
};
const wire = (number) => ({
  outputNodeId: shape === 'chain' ? `n${number - 1}` : 'n0', outputId: 'output',
  inputNodeId: `n${number}`, inputId: 'input',
});
const all = [...Array(nodes).keys()];
const main = {
  metadata: { id: 'main', name: 'main', description: '' },
  nodes: all.map(text), connections: all.slice(1).map(wire),
};
const project = { metadata: { id: 'p', title: shape, description: '', mainGraphId: 'main' }, graphs: { main } };

const rates = [];
for (let round = 0; round < rounds; round++) {
  let ran = 0;
  const began = performance.now();
  await rivet.runGraph(project, { graph: 'main', openAiKey: '-', onNodeFinish: () => { ran += 1; } });
  rates.push(nodes / ((performance.now() - began) / 1000));
  if (ran !== nodes) throw new Error(`${ran} of ${nodes} nodes ran`);
}
console.log(JSON.stringify(rates));
process.exit(0);
