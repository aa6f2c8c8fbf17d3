import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { api, fieldError, take, troubleOf } from "../../api/client";
import { DialogForm } from "../../ui/Dialog";
import { TextArea, TextField } from "../../ui/Field";
import { TroubleNotice } from "../../ui/State";
import { bytes } from "../../ui/words";
import { splitList } from "../projects/text";
import { toBase64 } from "./base64";

interface AddProps {
  project: string;
  collection: string;
  onDone: (ingest: string) => void;
}

type Way = "files" | "text";

export function AddDocuments({ project, collection: known, onDone }: AddProps) {
  const [way, setWay] = useState<Way>("files");
  const [files, setFiles] = useState<readonly File[]>([]);
  const [path, setPath] = useState("");
  const [text, setText] = useState("");
  const [tags, setTags] = useState("");
  const [collection, setCollection] = useState(known);
  const add = useMutation({
    mutationFn: async () => {
      const shared = { tags: splitList(tags) };
      const documents =
        way === "text"
          ? [{ path, text, ...shared }]
          : await Promise.all(files.map((file) => read(file, shared)));
      return take(
        api.POST("/api/v1/projects/{project}/knowledge/documents", {
          params: { path: { project } },
          body: { collection, documents },
        }),
      );
    },
    onSuccess: (ingest) => {
      onDone(ingest.id);
    },
  });
  const empty = way === "text" ? path.trim() === "" || text === "" : files.length === 0;
  return (
    <DialogForm
      submit="Add"
      busy={add.isPending}
      disabled={empty}
      onSubmit={() => {
        add.mutate();
      }}
    >
      {add.isError && <TroubleNotice trouble={troubleOf(add.error, "add the documents")} />}
      <div className="choice" role="group" aria-label="What to add">
        <Choice way="files" chosen={way} onChoose={setWay} label="Files" />
        <Choice way="text" chosen={way} onChoose={setWay} label="A text" />
      </div>
      {way === "files" ? (
        <Files files={files} onChange={setFiles} />
      ) : (
        <>
          <TextField
            label="Path"
            className="input mono"
            placeholder="notes/decision.md"
            hint="Its name in the collection; its ending tells what it is. One of the same path is replaced."
            value={path}
            error={fieldError(add.error, "documents[0].path")}
            onChange={(event) => {
              setPath(event.target.value);
            }}
          />
          <TextArea
            label="Text"
            className="input mono"
            rows={8}
            value={text}
            onChange={(event) => {
              setText(event.target.value);
            }}
          />
        </>
      )}
      <TextField
        label="Tags"
        hint="Separated by commas; may be empty."
        value={tags}
        onChange={(event) => {
          setTags(event.target.value);
        }}
      />
      <TextField
        label="Collection"
        className="input mono"
        hint="Made when it does not exist."
        value={collection}
        error={fieldError(add.error, "collection")}
        onChange={(event) => {
          setCollection(event.target.value);
        }}
      />
    </DialogForm>
  );
}

async function read(file: File, shared: { tags: string[] }) {
  return {
    // A folder that is dropped keeps its shape.
    path: file.webkitRelativePath === "" ? file.name : file.webkitRelativePath,
    base64: toBase64(new Uint8Array(await file.arrayBuffer())),
    modified_at: new Date(file.lastModified).toISOString(),
    ...shared,
  };
}

interface ChoiceProps {
  way: Way;
  chosen: Way;
  label: string;
  onChoose: (way: Way) => void;
}

function Choice({ way, chosen, label, onChoose }: ChoiceProps) {
  return (
    <button
      type="button"
      aria-pressed={way === chosen}
      onClick={() => {
        onChoose(way);
      }}
    >
      {label}
    </button>
  );
}

function Files({
  files,
  onChange,
}: {
  files: readonly File[];
  onChange: (files: readonly File[]) => void;
}) {
  const [over, setOver] = useState(false);
  return (
    <>
      <label
        className={over ? "drop over" : "drop"}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => {
          setOver(false);
        }}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          onChange([...event.dataTransfer.files]);
        }}
      >
        <span>Drop files here, or press to choose them</span>
        <span className="muted small">
          Markdown, text, HTML, PDF, DOCX, source code, JSON, YAML, TOML, notebooks
        </span>
        <input
          type="file"
          multiple
          aria-label="Files"
          onChange={(event) => {
            onChange([...(event.target.files ?? [])]);
          }}
        />
      </label>
      {files.length > 0 && (
        <ul className="file-list">
          {files.map((file) => (
            <li key={file.webkitRelativePath + file.name}>
              <span className="cut">{file.name}</span>
              <span className="number muted">{bytes(file.size)}</span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
