// What the compiler of TypeScript says of a set of files: what they declare, and what their calls
// lead to.
//
// Paths come on standard input, relative to the folder that is the argument; one JSON object for
// each file goes to standard output. A call that the compiler cannot resolve is not told; one that
// leads out of the files has no targets.

const fs = require("node:fs");
const path = require("node:path");
const ts = require("typescript");

const folder = fs.realpathSync(process.argv[2]);
const paths = fs.readFileSync(0, "utf8").split("\n").filter(Boolean);
const program = ts.createProgram(
  paths.map((one) => path.join(folder, one)),
  {
    allowJs: true,
    checkJs: false,
    noEmit: true,
    jsx: ts.JsxEmit.Preserve,
    target: ts.ScriptTarget.ESNext,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    allowImportingTsExtensions: true,
    skipLibCheck: true,
    strict: true,
  },
);
const checker = program.getTypeChecker();
const known = new Set(paths);

const relative = (file) => path.relative(folder, file.fileName).split(path.sep).join("/");
const line = (node) => {
  const file = node.getSourceFile();
  return file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
};

const isFunction = (node) =>
  node && (ts.isArrowFunction(node) || ts.isFunctionExpression(node) || ts.isClassExpression(node));

/** The declaration with a name that this is, or `undefined`. */
function named(node) {
  if (
    ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node) || ts.isInterfaceDeclaration(node) ||
    ts.isEnumDeclaration(node) || ts.isTypeAliasDeclaration(node) || ts.isMethodDeclaration(node) ||
    ts.isGetAccessor(node) || ts.isSetAccessor(node)
  ) {
    return node.name && ts.isIdentifier(node.name) ? node : undefined;
  }
  if ((ts.isVariableDeclaration(node) || ts.isPropertyDeclaration(node)) && isFunction(node.initializer)) {
    return ts.isIdentifier(node.name) ? node : undefined;
  }
  return undefined;
}

/** What other programs take for the declaration: `const f = …` begins at `const`. */
function place(node) {
  const list = node.parent;
  const isOnly = ts.isVariableDeclaration(node) && ts.isVariableDeclarationList(list) && list.declarations.length === 1;
  return line(isOnly ? list : node);
}

/** An object's method is a value, no symbol of its own. */
const isMember = (node) =>
  !(ts.isMethodDeclaration(node) || ts.isGetAccessor(node) || ts.isSetAccessor(node)) || ts.isClassLike(node.parent);

/** `test("what it says", () => …)`: a declaration for those who run it. */
const isTest = (node) =>
  ts.isCallExpression(node) && ts.isIdentifier(node.expression) &&
  (node.expression.text === "it" || node.expression.text === "test") &&
  node.arguments.length > 1 && ts.isStringLiteral(node.arguments[0]) &&
  (ts.isArrowFunction(node.arguments[1]) || ts.isFunctionExpression(node.arguments[1]));

function around(node) {
  for (let at = node; at; at = at.parent) {
    if (isTest(at) && at !== node) return { name: at.arguments[0].text, line: line(at) };
    if (ts.isConstructorDeclaration(at)) return { name: "constructor", line: line(at) };
    const found = named(at);
    if (found && isMember(found)) return { name: found.name.text, line: place(found) };
  }
  return { name: "", line: 0 };
}

/** Every declaration of what is called, as the places where it may be said to stand. */
function targets(node) {
  const callee = ts.isPropertyAccessExpression(node.expression) ? node.expression.name : node.expression;
  if (!ts.isIdentifier(callee) && callee.kind !== ts.SyntaxKind.SuperKeyword) return undefined;
  let symbol = checker.getSymbolAtLocation(callee);
  if (symbol && symbol.flags & ts.SymbolFlags.Alias) symbol = checker.getAliasedSymbol(symbol);
  const declarations = symbol?.declarations ?? [];
  if (declarations.length === 0) return undefined;
  if (declarations.some(ts.isParameter)) return undefined;
  const inside = declarations.filter((one) => known.has(relative(one.getSourceFile())));
  const found = inside.map((one) => [relative(one.getSourceFile()), place(one)]);
  for (const one of inside.filter(ts.isClassLike)) {
    for (const member of one.members.filter(ts.isConstructorDeclaration)) {
      found.push([relative(one.getSourceFile()), line(member)]);
    }
  }
  const isCallable = inside.every((one) => named(one) && isMember(one) || ts.isMethodSignature(one) || ts.isFunctionTypeNode(one));
  return inside.length > 0 && !isCallable ? undefined : { name: callee.text ?? "super", found };
}

for (const one of paths) {
  const file = program.getSourceFile(path.join(folder, one));
  if (!file) continue;
  const definitions = [];
  const calls = [];
  const visit = (node) => {
    const found = named(node);
    if (found && isMember(found)) definitions.push([found.name.text, place(found)]);
    if (ts.isMethodSignature(node) && ts.isInterfaceDeclaration(node.parent) && ts.isIdentifier(node.name)) {
      definitions.push([node.name.text, line(node)]);
    }
    if (ts.isConstructorDeclaration(node)) definitions.push(["constructor", line(node)]);
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
      const to = targets(node);
      if (to) calls.push([around(node).line, to.name, line(node), to.found]);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  process.stdout.write(`${JSON.stringify({ path: one, definitions, calls })}\n`);
}
