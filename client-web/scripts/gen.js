// Generates src/gen from the proto files of the repository, with Debian's protoc and our own
// protoc-gen-es. The output is not committed.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const client = dirname(dirname(fileURLToPath(import.meta.url)));
const protoRoot = join(client, '..', 'proto');
const out = join(client, 'src', 'gen');
const files = readdirSync(join(protoRoot, 'swarmboard', 'v1'))
  .filter((name) => name.endsWith('.proto'))
  .map((name) => `swarmboard/v1/${name}`);

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
execFileSync(
  'protoc',
  [
    `--plugin=protoc-gen-es=${join(client, 'node_modules', '.bin', 'protoc-gen-es')}`,
    `--es_out=${out}`,
    '--es_opt=target=js+dts,import_extension=js',
    `--proto_path=${protoRoot}`,
    ...files,
  ],
  { stdio: 'inherit' },
);
