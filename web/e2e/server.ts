import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect, createServer, type Server as NetServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A process that can end and begin again on the same ports and data. */
export interface Process {
  /** Ends it as a power cut does. */
  kill: () => Promise<void>;
  start: () => Promise<void>;
}

/** A real server with a data directory of its own. */
export interface Hub extends Process {
  readonly url: string;
  /** The one-time link of the latest start. */
  link: () => string;
  readonly key: string;
  call: (method: string, path: string, body?: unknown) => Promise<Response>;
  /** Beats for a project as any client of NATS would. */
  beat: (slug: string) => Promise<void>;
  close: () => Promise<void>;
}

interface HubOptions {
  /** How many projects stand in its `projects.yaml`. */
  projects?: number;
}

const START = 30_000;

export async function startHub(options: HubOptions = {}): Promise<Hub> {
  const data = await mkdtemp(join(tmpdir(), "commandcenter-e2e-"));
  const [hubAt, federationAt, instanceAt] = await freeAddresses();
  const args = ["up", "--data", data, "--hub", hubAt, "--federation", federationAt];
  args.push("--instance", instanceAt);
  if (options.projects !== undefined) {
    const file = join(data, "projects.yaml");
    await writeFile(file, projectsFile(options.projects));
    args.push("--projects", file);
  }
  const server = new Server(args);
  await server.start();
  return hubOf(server, `http://${hubAt}`, data, async () => {
    await server.end("SIGTERM");
  });
}

/** A hub and its federation, each a process of its own. */
export async function startApart(): Promise<{ hub: Hub; federation: Process }> {
  const data = await mkdtemp(join(tmpdir(), "commandcenter-e2e-"));
  const [hubAt, federationAt] = await freeAddresses();
  const federation = new Server(
    ["serve", "--services", "federation,worker", "--data", data, "--federation", federationAt],
    { COMMANDCENTER_MESH__LISTEN: "127.0.0.1:0" },
  );
  await federation.start();
  const mesh = await meshPort(data);
  const hub = new Server(["serve", "--services", "hub", "--hub", hubAt], {
    COMMANDCENTER_DATA: join(data, "hub"),
    COMMANDCENTER_DATABASE__FOLDER: join(data, "tenants"),
    COMMANDCENTER_MESH__URL: `nats://127.0.0.1:${mesh}`,
    COMMANDCENTER_MESH__TOKEN_FILE: join(data, "mesh.token"),
    COMMANDCENTER_HUB__FEDERATION_URL: `http://${federationAt}`,
    COMMANDCENTER_HUB__FEDERATION_API_KEY_FILE: join(data, "admin.key"),
  });
  await hub.start();
  const close = async () => {
    await hub.end("SIGTERM");
    await federation.end("SIGTERM");
  };
  return { hub: await hubOf(hub, `http://${hubAt}`, data, close), federation };
}

async function hubOf(
  server: Server,
  url: string,
  data: string,
  end: () => Promise<void>,
): Promise<Hub> {
  const key = await line(join(data, "admin.key"));
  const token = await line(join(data, "mesh.token"));
  return {
    url,
    link: () => /http:\/\/\S+\/sign-in\?token=\w+/.exec(server.printed)?.[0] ?? "",
    key,
    call: async (method, path, body) => {
      const answer = await fetch(`${url}${path}`, {
        method,
        headers: { "x-api-key": key, "content-type": "application/json" },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
      return answer;
    },
    beat: async (slug) => {
      const payload = JSON.stringify({ project_slug: slug, hub_url: url });
      await publish(await meshPort(data), token, `hub.presence.${slug}`, payload);
    },
    kill: () => server.kill(),
    start: () => server.start(),
    close: async () => {
      await end();
      await rm(data, { recursive: true, force: true });
    },
  };
}

async function line(file: string): Promise<string> {
  return (await readFile(file, "utf8")).trim();
}

async function meshPort(data: string): Promise<number> {
  return Number(await line(join(data, "mesh.port")));
}

class Server implements Process {
  /** By the latest start. */
  printed = "";
  private child: ChildProcess | undefined;
  private readonly args: string[];
  private readonly environment: Record<string, string>;

  constructor(args: string[], environment: Record<string, string> = {}) {
    this.args = args;
    this.environment = environment;
  }

  /** Where its data is, is the last thing that it prints, once everything listens. */
  start(): Promise<void> {
    const binary = process.env.COMMANDCENTER_BIN;
    if (binary === undefined) {
      throw new Error("COMMANDCENTER_BIN has to name the binary: target/debug/commandcenter");
    }
    const child = spawn(binary, this.args, {
      env: { ...process.env, ...settings, ...this.environment },
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.child = child;
    this.printed = "";
    return new Promise((resolve, reject) => {
      const fail = (words: string) => {
        reject(new Error(`the server ${words}; it printed:\n${this.printed}`));
      };
      const timer = setTimeout(() => {
        fail(`was not ready within ${START} ms`);
      }, START);
      child.once("exit", (code) => {
        clearTimeout(timer);
        fail(`ended with ${code ?? "a signal"}`);
      });
      child.stdout.on("data", (part: Buffer) => {
        this.printed += part.toString();
        if (!this.printed.includes("data ")) return;
        clearTimeout(timer);
        child.removeAllListeners("exit");
        resolve();
      });
    });
  }

  kill(): Promise<void> {
    return this.end("SIGKILL");
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    const ended = this.child;
    if (ended?.exitCode !== null || ended.signalCode !== null) return;
    const gone = new Promise((resolve) => ended.once("exit", resolve));
    ended.kill(signal);
    await gone;
  }
}

/** The core of the protocol is lines of text; the answer to PING says that all before it was taken. */
function publish(port: number, token: string, subject: string, payload: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    let heard = "";
    socket.on("error", reject);
    socket.on("data", (part: Buffer) => {
      heard += part.toString();
      if (heard.includes("-ERR")) reject(new Error(heard));
      if (heard.includes("PONG")) socket.end(resolve);
    });
    const options = JSON.stringify({ auth_token: token, verbose: false, pedantic: false });
    const bytes = Buffer.byteLength(payload);
    socket.write(`CONNECT ${options}\r\nPUB ${subject} ${bytes}\r\n${payload}\r\nPING\r\n`);
  });
}

/** Quick enough to watch, generous enough for a busy machine, and by word alone on every machine. */
const settings = {
  COMMANDCENTER_KNOWLEDGE__MODELS: "/nowhere",
  COMMANDCENTER_INSTANCES__ALLOW_COMMANDS: "true",
  COMMANDCENTER_FEDERATION__DEGRADED_AFTER: "4s",
  COMMANDCENTER_FEDERATION__OFFLINE_AFTER: "8s",
  COMMANDCENTER_INSTANCE__BEAT_INTERVAL: "1s",
  COMMANDCENTER_HTTP__READS_PER_MINUTE: "100000",
  COMMANDCENTER_HTTP__WRITES_PER_MINUTE: "100000",
};

/** Of ports that were free a moment ago; asked for together, so that no two are the same. */
async function freeAddresses(): Promise<[string, string, string]> {
  const listening = await Promise.all([listen(), listen(), listen()]);
  await Promise.all(listening.map(({ server }) => new Promise((resolve) => server.close(resolve))));
  const [first, second, third] = listening;
  return [first.address, second.address, third.address];
}

function listen(): Promise<{ server: NetServer; address: string }> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const bound = server.address();
      const port = typeof bound === "object" && bound !== null ? bound.port : 0;
      resolve({ server, address: `127.0.0.1:${port}` });
    });
  });
}

function projectsFile(count: number): string {
  const entries = Array.from({ length: count }, (_, place) => {
    const slug = `project-${String(place).padStart(4, "0")}`;
    return `- { slug: ${slug}, name: Project ${place}, hub_url: "http://127.0.0.1:9001", tags: [t${place % 7}] }`;
  });
  return `projects:\n${entries.map((entry) => `  ${entry}\n`).join("")}`;
}

/** Fills a hub with what a small company would have. */
export async function fill(hub: Hub): Promise<void> {
  const names = ["atlas", "borealis", "cygnus", "delphi", "ember"];
  const tags = [["web", "rust"], ["ml"], ["data"], ["web"], []];
  for (const [place, slug] of names.entries()) {
    await hub.call("POST", "/api/fed/projects", {
      slug,
      name: slug.charAt(0).toUpperCase() + slug.slice(1),
      hub_url: `http://127.0.0.1:${9100 + place}`,
      tags: tags[place],
    });
  }
  const documents = [
    {
      path: "guide/beats.md",
      tags: ["guide"],
      text: "# Beats\n\nA project beats every thirty seconds.\n\n## Silence\n\nA silent project is degraded after 45 seconds and offline after 90.\nThe reason says for how long it has been silent.\n",
    },
    {
      path: "src/retry.rs",
      text: "//! Retries with jitter.\n\n/// Waits before the next try, doubling each time.\npub fn backoff(tries: u32) -> Duration {\n    Duration::from_millis(500 << tries)\n}\n",
    },
    {
      path: "notes/größe.txt",
      text: "Die Größe des Stroms: silent streams are cut after 40 seconds.\n",
    },
    { path: "broken/report.pdf", base64: Buffer.from("%PDF-1.4 broken").toString("base64") },
  ];
  await hub.call("POST", "/api/v1/projects/atlas/knowledge/documents", { documents });
  await hub.call("POST", "/api/v1/projects/borealis/knowledge/documents", {
    collection: "notes",
    documents: [
      { path: "decision.md", text: "# Decision\n\nA silent model is retrained at night.\n" },
    ],
  });
  await hub.call("POST", "/api/v1/keys", { name: "grafana", scopes: ["fed:read", "events:read"] });
  await untilSearchable(hub);
}

/** Adding is work in the background. */
async function untilSearchable(hub: Hub): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const found = await Promise.all(
      ["atlas", "borealis"].map(async (project) => {
        const path = `/api/v1/projects/${project}/knowledge/search`;
        const answer = (await (await hub.call("POST", path, { query: "silent" })).json()) as {
          hits: unknown[];
        };
        return answer.hits.length > 0;
      }),
    ).catch(() => [false]);
    if (found.every(Boolean)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("the documents were not searchable after 10 s");
}
