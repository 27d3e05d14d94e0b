// Rivet: N chat nodes at once, each with a prompt of its own, for completions.py. Prints one line of JSON.
//
//     cd FOLDER && node .../rivet_completions.mjs BASE_URL COUNT
//
// FOLDER is where @ironclad/rivet-node is installed. Rivet always streams; its token counting is on, as shipped.
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(path.join(process.cwd(), 'package.json'));
const rivet = require('@ironclad/rivet-node');
const [endpoint, count] = [`${process.argv[2]}/chat/completions`, Number(process.argv[3])];

const node = (type, id, data) => {
  const made = rivet.globalRivetNodeRegistry.create(type);
  return { ...made, id, data: { ...made.data, ...data } };
};
const ask = async (questions) => {
  const nodes = [], connections = [], answers = new Map();
  questions.forEach((text, i) => {
    nodes.push(node('text', `t${i}`, { text }), node('chat', `c${i}`, { model: 'bench', useServerTokenCalculation: true }));
    connections.push({ outputNodeId: `t${i}`, outputId: 'output', inputNodeId: `c${i}`, inputId: 'prompt' });
  });
  const main = { metadata: { id: 'main', name: 'main', description: '' }, nodes, connections };
  const project = { metadata: { id: 'p', title: 'p', description: '', mainGraphId: 'main' }, graphs: { main } };
  await rivet.runGraph(project, {
    graph: 'main', openAiKey: 'none', openAiEndpoint: endpoint,
    onNodeFinish: ({ node: done, outputs }) => answers.set(done.id, outputs.response?.value),
  });
  questions.forEach((text, i) => {
    if (!answers.get(`c${i}`)?.startsWith(`echo: ${text} tok`)) throw new Error(`${text}: ${answers.get(`c${i}`)}`);
  });
};

await ask(['request -1']);
const before = process.memoryUsage.rss() / 1024, cpu = process.cpuUsage(), began = performance.now();
await ask([...Array(count).keys()].map((i) => `request ${i}`));
const wall = (performance.now() - began) / 1000, used = process.cpuUsage(cpu);
console.log(JSON.stringify({
  wall_s: wall, cpu_s: (used.user + used.system) / 1e6,
  kb_a_future: Math.round((process.resourceUsage().maxRSS - before) / count),
}));
process.exit(0);
