import type { Page } from "@playwright/test";

interface Load {
  points: number;
  lines: number;
  seconds: number;
}

/**
 * Frames a second of a canvas of the graph's size that does nothing but draw so many points and
 * lines: what the browser's WebGL can do here at best.
 */
export function bareFrames(page: Page, load: Load): Promise<number> {
  return page.locator(".graph-canvas").evaluate(async (beside, { points, lines, seconds }) => {
    const canvas = document.createElement("canvas");
    canvas.width = beside.clientWidth;
    canvas.height = beside.clientHeight;
    canvas.style.cssText = "position: fixed; z-index: 99; inset: 0; background: white";
    document.body.append(canvas);
    const gl = canvas.getContext("webgl2", { antialias: false });
    const program = gl?.createProgram();
    if (!gl || !program) throw new Error("no WebGL");
    const attach = (type: number, source: string) => {
      const shader = gl.createShader(type);
      if (shader === null) throw new Error("no shader");
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
    };
    attach(
      gl.VERTEX_SHADER,
      "attribute vec2 at; uniform vec2 by; void main() { gl_Position = vec4(at + by, 0, 1); gl_PointSize = 4.0; }",
    );
    attach(gl.FRAGMENT_SHADER, "void main() { gl_FragColor = vec4(0.2, 0.4, 0.6, 1); }");
    gl.linkProgram(program);
    gl.useProgram(program);
    // Ends of a line are as near to each other as linked files are.
    const places = new Float32Array(Math.max(points, 2 * lines) * 2);
    for (let place = 0; place < places.length; place += 1) {
      const near = place % 4 < 2 ? undefined : places[place - 2];
      places[place] = near === undefined ? Math.random() * 2 - 1 : near + (Math.random() - 0.5) / 5;
    }
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ARRAY_BUFFER, places, gl.STATIC_DRAW);
    const at = gl.getAttribLocation(program, "at");
    gl.enableVertexAttribArray(at);
    gl.vertexAttribPointer(at, 2, gl.FLOAT, false, 0, 0);
    const by = gl.getUniformLocation(program, "by");
    let drawn = 0;
    const begin = performance.now();
    while (performance.now() - begin < seconds * 1000) {
      await new Promise(requestAnimationFrame);
      drawn += 1;
      gl.clear(gl.COLOR_BUFFER_BIT);
      gl.uniform2f(by, Math.sin(drawn / 9) / 10, 0);
      gl.drawArrays(gl.LINES, 0, 2 * lines);
      gl.drawArrays(gl.POINTS, 0, points);
    }
    canvas.remove();
    return (drawn * 1000) / (performance.now() - begin);
  }, load);
}
