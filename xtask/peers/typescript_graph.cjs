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

const isFunction = (node) => node && (ts.isArrowFunction(node) || ts.isFunctionExpression(node));

/** `a.b.c`, all names. */
const isPath = (node) => /^[\w$.]+$/.test(node.getText());

const isAssigned = (node) =>
  ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
  ts.isPropertyAccessExpression(node.left) && isPath(node.left);

/** Whether an object has a name under which its functions are found: `const a = {}`, `a.b = {}`. */
function isHeld(object, deeper = 4) {
  const isTyped = ts.isAsExpression(object.parent) || ts.isSatisfiesExpression(object.parent);
  const holder = isTyped ? object.parent.parent : object.parent;
  if (ts.isVariableDeclaration(holder)) return ts.isIdentifier(holder.name);
  if (ts.isPropertyAssignment(holder)) return !isTyped && deeper > 0 && isHeld(holder.parent, deeper - 1);
  return isAssigned(holder) || (ts.isExportAssignment(holder) && !holder.isExportEquals);
}

/** The name that this declares, or `undefined`. */
function named(node) {
  if (
    ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node) || ts.isInterfaceDeclaration(node) ||
    ts.isEnumDeclaration(node) || ts.isTypeAliasDeclaration(node) || ts.isMethodDeclaration(node) ||
    ts.isGetAccessor(node) || ts.isSetAccessor(node)
  ) {
    const isQuoted = ts.isObjectLiteralExpression(node.parent) && node.name && ts.isStringLiteral(node.name);
    return node.name && (isQuoted || ts.isIdentifier(node.name)) ? node.name.text : undefined;
  }
  if (ts.isVariableDeclaration(node) || ts.isPropertyDeclaration(node)) {
    const isNamed = isFunction(node.initializer) || (node.initializer && ts.isClassExpression(node.initializer));
    return isNamed && ts.isIdentifier(node.name) ? node.name.text : undefined;
  }
  if (ts.isPropertyAssignment(node) && isFunction(node.initializer)) {
    return ts.isIdentifier(node.name) || ts.isStringLiteral(node.name) ? node.name.text : undefined;
  }
  if (isAssigned(node) && isFunction(node.right)) {
    return node.left.getText() === "module.exports" ? node.right.name?.text : node.left.name.text;
  }
  // A function that is given.
  if (ts.isFunctionExpression(node) && node.name && ts.isCallExpression(node.parent)) return node.name.text;
  return undefined;
}

/** What other programs take for the declaration: `const f = …` begins at `const`. */
function place(node) {
  const list = node.parent;
  const isOnly = ts.isVariableDeclaration(node) && ts.isVariableDeclarationList(list) && list.declarations.length === 1;
  return line(isOnly ? list : node);
}

/** A function of an object without a name is a value, no symbol of its own. */
const isMember = (node) => !ts.isObjectLiteralExpression(node.parent) || isHeld(node.parent);

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
    if (found && isMember(at)) return { name: found, line: place(at) };
  }
  return { name: "", line: 0 };
}

/** Every declaration of what is called, as the places where it may be said to stand. */
function targets(node) {
  const callee = ts.isPropertyAccessExpression(node.expression) ? node.expression.name : node.expression;
  if (!ts.isIdentifier(callee) && callee.kind !== ts.SyntaxKind.SuperKeyword) return undefined;
  let symbol = checker.getSymbolAtLocation(callee);
  if (symbol && symbol.flags & ts.SymbolFlags.Alias) symbol = checker.getAliasedSymbol(symbol);
  const declarations = (symbol?.declarations ?? []).map((one) => (isAssigned(one.parent) ? one.parent : one));
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
    if (found && isMember(node)) definitions.push([found, place(node)]);
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
