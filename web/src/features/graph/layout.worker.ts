import { layOut, type Places, type Task } from "./layout";

// The thread that draws has no time for forces.
self.onmessage = ({ data }: MessageEvent<{ number: number; task: Task }>) => {
  const answer: { number: number; places: Places } = {
    number: data.number,
    places: layOut(data.task),
  };
  self.postMessage(answer);
};
