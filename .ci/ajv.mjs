// Plays every scenario of a running server and judges each JSON body with ajv, a validator that the project does not use.
// Usage: node ajv.mjs MODULES BASE_URL SCENARIOS.json CONTRACT.yaml, MODULES being the folder with ajv, ajv-formats and yaml.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [modules, base, scenariosFile, contractFile] = process.argv.slice(2);
const require = createRequire(join(modules, "package.json"));
const Ajv = require("ajv/dist/2020").default;
const addFormats = require("ajv-formats").default;

const document = require("yaml").parse(readFileSync(contractFile, "utf8"));
const scenarios = JSON.parse(readFileSync(scenariosFile, "utf8"));
const uuid = "3f1c0c62-7f0e-4a51-9d3b-5d8a4c1b2e77";

// The whole document is one schema, so that a $ref inside it leads where the author meant.
const ajv = addFormats(new Ajv({ strict: false, validateSchema: false, allErrors: true }));
ajv.addSchema({ ...document, $id: "contract" });

const escape = (token) => token.replaceAll("~", "~0").replaceAll("/", "~1");
const at = (pointer) =>
  pointer.split("/").slice(1).reduce((node, token) => node?.[token.replaceAll("~1", "/").replaceAll("~0", "~")], document);

// settle follows references and returns the pointer of what they lead to.
function settle(pointer) {
  for (let hops = 0; hops < 32; hops++) {
    const reference = at(pointer)?.$ref;
    if (reference === undefined) return pointer;
    pointer = decodeURIComponent(reference.slice(1));
  }
  throw new Error(`${pointer}: references without an end`);
}

function operationPointer(id) {
  for (const [path, item] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(item)) {
      if (operation?.operationId === id) return { method, path, pointer: `/paths/${escape(path)}/${method}` };
    }
  }
  throw new Error(`operation ${id} is not in the contract`);
}

function responsePointer(operation, status) {
  const documented = at(`${operation.pointer}/responses`);
  const key = [String(status), `${Math.floor(status / 100)}XX`, "default"].find((name) => name in documented);
  return key && settle(`${operation.pointer}/responses/${key}`);
}

const validators = new Map();
function validator(pointer) {
  if (!validators.has(pointer)) validators.set(pointer, ajv.compile({ $ref: `contract#${encodeURI(pointer)}` }));
  return validators.get(pointer);
}

async function play(scenario, id, headers) {
  const operation = operationPointer(scenario.operation);
  const prefix = new URL(document.servers?.[0]?.url ?? "/", "http://host.invalid").pathname.replace(/\/$/, "");
  const path = prefix + operation.path.replaceAll(/\{[^}]+\}/g, id);
  const authorization = `Basic ${Buffer.from("demo:demo").toString("base64")}`;
  const response = await fetch(base + path, { method: operation.method.toUpperCase(), headers: { authorization, ...headers } });
  const text = await response.text();
  const problems = [];
  if (response.status !== scenario.status) problems.push(`status: want ${scenario.status}, got ${response.status} ${text}`);
  const played = response.headers.get("x-mock-scenario");
  if (played !== scenario.name) problems.push(`X-Mock-Scenario: want ${scenario.name}, got ${played}`);
  const documented = responsePointer(operation, response.status);
  if (!documented) return { bodies: 0, problems: [...problems, `status ${response.status} is not in the contract`] };
  const type = response.headers.get("content-type")?.split(";")[0];
  const content = at(`${documented}/content`);
  if (!content) return { bodies: 0, problems: text ? [...problems, "a body where the contract has none"] : problems };
  if (!(type in content)) return { bodies: 0, problems: [...problems, `media type ${type} is not in the contract`] };
  const validate = validator(`${documented}/content/${escape(type)}/schema`);
  if (!validate(JSON.parse(text))) problems.push(...validate.errors.map((e) => `body ${e.instancePath}: ${e.message}`));
  return { bodies: 1, problems };
}

let bodies = 0, failed = 0, ids = 0;
async function run(title, scenario, id, headers) {
  const result = await play(scenario, id, headers);
  bodies += result.bodies;
  if (result.problems.length > 0) failed++;
  for (const problem of result.problems) console.error(`${title}: ${problem}`);
}
for (const scenario of scenarios) {
  await run(scenario.name, scenario, uuid, { "X-Mock-Scenario": scenario.name });
  if (!scenario.id) continue;
  ids++;
  await run(`${scenario.name} by its id`, scenario, scenario.id, {});
}
let moments = 0;
for (const scenario of scenarios.filter((scenario) => scenario.family === "lifecycle")) {
  for (let second = 0; second <= 11; second++, moments++) {
    await run(`${scenario.name} after ${second} s`, scenario, uuid, { "X-Mock-Scenario": scenario.name, "X-Mock-Elapsed": `${second}s` });
  }
}
const names = new Set(scenarios.map((scenario) => `${scenario.operation} ${scenario.name}`));
if (names.size !== scenarios.length) throw new Error("two scenarios share a name");
console.log(`ajv: ${scenarios.length} scenarios by name, ${ids} by id, ${moments} moments over time, ${bodies} bodies judged, ${failed} wrong`);
process.exitCode = failed > 0 || scenarios.length === 0 || bodies === 0 || moments === 0 ? 1 : 0;
