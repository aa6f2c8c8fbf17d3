import { layOut, type Task } from "./layout";

// The thread that draws has no time for forces.
self.onmessage = ({ data }: MessageEvent<Task>) => {
  self.postMessage(layOut(data));
};
