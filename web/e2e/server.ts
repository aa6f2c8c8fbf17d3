import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A real server with a data directory of its own. */
export interface Hub {
  readonly url: string;
  /** The one-time link of the latest start. */
  link: () => string;
  readonly key: string;
  call: (method: string, path: string, body?: unknown) => Promise<Response>;
  /** Beats for a project as any client of NATS would. */
  beat: (slug: string) => Promise<void>;
  /** Ends it as a power cut does. */
  kill: () => Promise<void>;
  /** Starts it again on the same ports and data. */
  start: () => Promise<void>;
  close: () => Promise<void>;
}

interface HubOptions {
  /** How many projects stand in its `projects.yaml`. */
  projects?: number;
}

const START = 30_000;

export async function startHub(options: HubOptions = {}): Promise<Hub> {
  const binary = process.env.COMMANDCENTER_BIN;
  if (binary === undefined) {
    throw new Error("COMMANDCENTER_BIN has to name the binary: target/debug/commandcenter");
  }
  const data = await mkdtemp(join(tmpdir(), "commandcenter-e2e-"));
  const ports = await freePorts(3);
  const [hubPort, federationPort, instancePort] = ports.map((port) => `127.0.0.1:${port}`);
  const url = `http://${hubPort ?? ""}`;
  const args = ["up", "--data", data, "--hub", hubPort, "--federation", federationPort];
  args.push("--instance", instancePort);
  if (options.projects !== undefined) {
    const file = join(data, "projects.yaml");
    await writeFile(file, projectsFile(options.projects));
    args.push("--projects", file);
  }
  let child: ChildProcess | undefined;
  let link = "";
  const start = async () => {
    const started = spawn(
      binary,
      args.filter((arg) => arg !== undefined),
      {
        env: { ...process.env, ...settings },
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    child = started;
    link = await untilLink(started);
  };
  await start();
  const key = (await readFile(join(data, "admin.key"), "utf8")).trim();
  const end = async (signal: NodeJS.Signals) => {
    const ended = child;
    if (ended?.exitCode !== null || ended.signalCode !== null) return;
    const gone = new Promise((resolve) => ended.once("exit", resolve));
    ended.kill(signal);
    await gone;
  };
  return {
    url,
    link: () => link,
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
      const port = Number(await readFile(join(data, "mesh.port"), "utf8"));
      const token = (await readFile(join(data, "mesh.token"), "utf8")).trim();
      const payload = JSON.stringify({ project_slug: slug, hub_url: url });
      await publish(port, token, `hub.presence.${slug}`, payload);
    },
    kill: () => end("SIGKILL"),
    start,
    close: async () => {
      await end("SIGTERM");
      await rm(data, { recursive: true, force: true });
    },
  };
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

/** Quick enough to watch, generous enough for a busy machine. */
const settings = {
  COMMANDCENTER_INSTANCES__ALLOW_COMMANDS: "true",
  COMMANDCENTER_FEDERATION__DEGRADED_AFTER: "4s",
  COMMANDCENTER_FEDERATION__OFFLINE_AFTER: "8s",
  COMMANDCENTER_INSTANCE__BEAT_INTERVAL: "1s",
  COMMANDCENTER_HTTP__READS_PER_MINUTE: "100000",
  COMMANDCENTER_HTTP__WRITES_PER_MINUTE: "100000",
};

/** The sign-in link is the last thing that is printed once everything listens. */
function untilLink(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = "";
    const timer = setTimeout(() => {
      reject(new Error(`no sign-in link within ${START} ms; it printed:\n${printed}`));
    }, START);
    child.once("exit", (code) => {
      clearTimeout(timer);
      reject(new Error(`the server ended with ${code ?? "a signal"}; it printed:\n${printed}`));
    });
    child.stdout?.on("data", (part: Buffer) => {
      printed += part.toString();
      const link = /http:\/\/\S+\/sign-in\?token=\w+/.exec(printed)?.[0];
      if (link === undefined || !printed.includes("data ")) return;
      clearTimeout(timer);
      child.removeAllListeners("exit");
      resolve(link);
    });
  });
}

/** Ports that were free a moment ago; asked for together, so that no two are the same. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve) => {
          const server = createServer().listen(0, "127.0.0.1", () => {
            resolve(server);
          });
        }),
    ),
  );
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  });
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
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
