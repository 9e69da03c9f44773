// Reads Terraform's files with HashiCorp's own parser and formatter: standard input is {path: text}, standard output
// {path: {parsed | fault, formatted}}. What is taken from npm: tests/npm/package.json.
const { format } = require("../npm/node_modules/@cdktn/hcl-tools");
const { parse } = require("../npm/node_modules/@cdktn/hcl2json");

async function read([path, text]) {
  try {
    return [path, { parsed: await parse(path, text), formatted: await format(text) }];
  } catch (fault) {
    return [path, { fault: String(fault.message ?? fault) }];
  }
}

async function main() {
  const chunks = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  const files = Object.entries(JSON.parse(Buffer.concat(chunks).toString("utf-8")));
  const found = [];
  for (const file of files) found.push(await read(file));
  process.stdout.write(JSON.stringify(Object.fromEntries(found)), () => process.exit(0));
}

main();
