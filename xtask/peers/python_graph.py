"""What Python's own `ast` says of a set of files: what they declare, and what their calls lead to.

Paths come on standard input, relative to the folder that is the argument; one JSON object for each
file goes to standard output. A call is told only where scopes, imports, classes and `self` say what
it leads to: `targets` are the places of one of which it must be, none if it leads out of the files.
"""

import ast
import builtins
import json
import pathlib
import sys
import warnings

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
DECLARED = (*FUNCTIONS, ast.ClassDef)
BLOCKS = (ast.If, ast.Try, ast.TryStar, ast.With, ast.AsyncWith, ast.For, ast.AsyncFor, ast.While, ast.Match)
OUTSIDE = ("outside",)
UNKNOWN = ("unknown",)
DEEPEST = 30


class Scope:
    """Names, each with everything that binds it."""

    def __init__(self, module, parent, node, owner=None):
        self.module, self.parent, self.node, self.owner = module, parent, node, owner
        self.names, self.wildcards, self.elsewhere = {}, [], set()

    def bind(self, name, what):
        self.names.setdefault(name, []).append(what)


class Module:
    def __init__(self, path, tree, dotted, root):
        self.path, self.tree, self.dotted, self.root = path, tree, dotted, root
        self.is_package = pathlib.PurePath(path).stem == "__init__"
        self.scopes = {}
        self.scope = self.open(None, tree)

    def open(self, parent, node, owner=None):
        scope = self.scopes[node] = Scope(self, parent, node, owner)
        if isinstance(node, (*FUNCTIONS, ast.Lambda)):
            parameters = node.args
            every = [*parameters.posonlyargs, *parameters.args, *parameters.kwonlyargs, parameters.vararg, parameters.kwarg]
            for parameter in filter(None, every):
                scope.bind(parameter.arg, UNKNOWN)
        body = [node.body] if isinstance(node, ast.Lambda) else node.body
        for statement in body:
            self.collect(scope, statement)
        return scope

    def collect(self, scope, node):
        if isinstance(node, DECLARED):
            scope.bind(node.name, ("declared", self, node))
            outside = [*node.decorator_list]
            if isinstance(node, ast.ClassDef):
                outside += [*node.bases, *node.keywords]
                self.open(scope, node, owner=node)
            else:
                outside += [node.args]
                self.open(scope, node, owner=scope.node if isinstance(scope.node, ast.ClassDef) else scope.owner)
            for child in outside:
                self.collect(scope, child)
            return
        if isinstance(node, ast.Lambda):
            self.open(scope, node, owner=scope.owner)
            return
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.asname:
                    scope.bind(alias.asname, ("module", alias.name))
                else:
                    scope.bind(alias.name.split(".")[0], ("module", alias.name.split(".")[0]))
        elif isinstance(node, ast.ImportFrom):
            module = self.absolute(node)
            for alias in node.names:
                if alias.name == "*":
                    scope.wildcards.append(module)
                else:
                    scope.bind(alias.asname or alias.name, ("member", module, alias.name))
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            scope.elsewhere.update(node.names)
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            scope.bind(node.id, UNKNOWN)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            scope.bind(node.name, UNKNOWN)
        elif isinstance(node, (ast.MatchAs, ast.MatchStar)) and node.name:
            scope.bind(node.name, UNKNOWN)
        for child in ast.iter_child_nodes(node):
            self.collect(scope, child)

    def absolute(self, node):
        if not node.level:
            return node.module or ""
        parts = self.dotted.split(".")
        keep = len(parts) - node.level + (1 if self.is_package else 0)
        if keep < 0:
            return ""
        return ".".join([*parts[:keep], *([node.module] if node.module else [])])


class Files:
    def __init__(self, folder, paths):
        self.by_name, self.modules, self.failed = {}, [], []
        packages = {str(pathlib.PurePath(path).parent) for path in paths if pathlib.PurePath(path).name == "__init__.py"}
        for path in paths:
            try:
                source = (folder / path).read_bytes()
                tree = ast.parse(source)
            except (SyntaxError, ValueError, RecursionError, UnicodeDecodeError):
                self.failed.append(path)
                continue
            pure = pathlib.PurePath(path)
            parts, parent = ([] if pure.stem == "__init__" else [pure.stem]), pure.parent
            while str(parent) in packages and parent.name:
                parts.insert(0, parent.name)
                parent = parent.parent
            module = Module(path, tree, ".".join(parts), str(parent))
            self.modules.append(module)
            self.by_name.setdefault(module.dotted, []).append(module)
        self.prefixes = {name.rsplit(".", cut)[0] for name in self.by_name for cut in range(name.count(".") + 1)}

    def module(self, origin, name):
        """A module of the files, OUTSIDE or UNKNOWN."""
        found = self.by_name.get(name, [])
        near = [module for module in found if module.root == origin.root]
        if len(near) == 1:
            return ("is", near[0])
        if not found:
            return OUTSIDE if name.split(".")[0] not in self.prefixes else UNKNOWN
        return ("is", found[0]) if len(found) == 1 else UNKNOWN

    def member(self, origin, module_name, name, depth):
        """What `from module_name import name` brings: a list of values."""
        module = self.module(origin, module_name)
        if module[0] == "is":
            found = self.in_module(module[1], name, depth)
            if found:
                return found
        inner = self.module(origin, f"{module_name}.{name}")
        if inner[0] == "is":
            return [inner]
        return [OUTSIDE] if module is OUTSIDE else [UNKNOWN]

    def in_module(self, module, name, depth=0):
        if depth > DEEPEST:
            return [UNKNOWN]
        bound = module.scope.names.get(name)
        if bound:
            return self.values(module, bound, depth + 1)
        for wildcard in reversed(module.scope.wildcards):
            source = self.module(module, wildcard)
            if source[0] != "is":
                return [UNKNOWN]
            if not name.startswith("_"):
                found = self.in_module(source[1], name, depth + 1)
                if found:
                    return found
        return []

    def values(self, origin, bound, depth):
        values = []
        for what in bound:
            if what[0] == "module":
                values.append(self.module(origin, what[1]))
            elif what[0] == "member":
                values += self.member(origin, what[1], what[2], depth)
            else:
                values.append(what)
        return values

    def name(self, scope, name):
        is_first = True
        while scope:
            sees = is_first or not isinstance(scope.node, ast.ClassDef)
            is_first = False
            if sees and name not in scope.elsewhere:
                if scope.parent is None:
                    found = self.in_module(scope.module, name)
                    if found:
                        return found
                elif name in scope.names:
                    return self.values(scope.module, scope.names[name], 0)
                elif scope.wildcards:
                    return [UNKNOWN]
            scope = scope.parent
        return [OUTSIDE] if hasattr(builtins, name) else [UNKNOWN]

    def expression(self, scope, node):
        if isinstance(node, ast.Name):
            return self.name(scope, node.id)
        if isinstance(node, ast.Attribute):
            return [found for value in self.expression(scope, node.value) for found in self.attribute(value, node.attr)]
        return [UNKNOWN]

    def attribute(self, value, name):
        if value is OUTSIDE:
            return [OUTSIDE]
        if value[0] == "is":
            found = self.in_module(value[1], name)
            inner = self.module(value[1], f"{value[1].dotted}.{name}")
            return found or ([inner] if inner[0] == "is" else [UNKNOWN])
        if value[0] == "declared" and isinstance(value[2], ast.ClassDef):
            return self.of_class(value[1], value[2], name)
        return [UNKNOWN]

    def of_class(self, module, node, name, skip_own=False):
        """In the order in which Python asks the bases."""
        for owner, base in self.order(module, node, set())[1 if skip_own else 0 :]:
            if base is None:
                return [UNKNOWN]
            bound = owner.scopes[base].names.get(name)
            if bound:
                return self.values(owner, bound, 0)
        return [OUTSIDE]

    def order(self, module, node, seen):
        """The class and its bases; `None` where one is not known. A base that comes again counts where it is last."""
        if node in seen:
            return []
        order = [(module, node)]
        scope = module.scopes[node].parent
        for base in node.bases:
            values = self.expression(scope, base)
            if len(values) == 1 and values[0][0] == "declared" and isinstance(values[0][2], ast.ClassDef):
                order += self.order(values[0][1], values[0][2], seen | {node})
            elif not (isinstance(base, ast.Name) and base.id == "object"):
                order.append((None, None))
        if any(keyword.arg == "metaclass" for keyword in node.keywords):
            order.append((None, None))
        last = {base: at for at, (_, base) in enumerate(order)}
        return [pair for at, pair in enumerate(order) if pair[1] is None or last[pair[1]] == at]


class Calls(ast.NodeVisitor):
    def __init__(self, files, module):
        self.files, self.module = files, module
        self.scope, self.caller, self.found = module.scope, 0, []

    def visit_declared(self, node):
        for decorator in node.decorator_list:
            self.visit(decorator)
        caller, self.caller = self.caller, node.lineno
        if isinstance(node, ast.ClassDef):
            for child in [*node.bases, *node.keywords]:
                self.visit(child)
        else:
            self.visit(node.args)
        scope, self.scope = self.scope, self.module.scopes[node]
        for child in node.body:
            self.visit(child)
        self.scope, self.caller = scope, caller

    visit_FunctionDef = visit_AsyncFunctionDef = visit_ClassDef = visit_declared

    def visit_Lambda(self, node):
        scope, self.scope = self.scope, self.module.scopes[node]
        self.visit(node.body)
        self.scope = scope

    def visit_Call(self, node):
        values = self.callee(node.func)
        if values and UNKNOWN not in values:
            targets = {place for value in values for place in self.places(value)}
            name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
            self.found.append([self.caller, name, node.lineno, sorted(targets)])
        self.generic_visit(node)

    def callee(self, node):
        if isinstance(node, ast.Attribute):
            owner = self.instance(node.value)
            if owner:
                return self.files.of_class(self.module, owner[0], node.attr, skip_own=owner[1])
        if isinstance(node, (ast.Name, ast.Attribute)):
            return self.files.expression(self.scope, node)
        return []

    def instance(self, node):
        """The class whose instance or self this is, and whether only its bases are asked."""
        scope = self.scope
        while scope and isinstance(scope.node, ast.Lambda):
            scope = scope.parent
        method = scope.node if scope else None
        if not isinstance(method, FUNCTIONS) or not scope.owner or not isinstance(scope.parent.node, ast.ClassDef):
            return None
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super" and not node.args:
            return (scope.owner, True)
        is_static = any(isinstance(it, ast.Name) and it.id == "staticmethod" for it in method.decorator_list)
        first = [*method.args.posonlyargs, *method.args.args][:1]
        is_first = isinstance(node, ast.Name) and first and node.id == first[0].arg and not is_static
        is_only = is_first and len(scope.names[node.id]) == 1 and self.name_is_free(node.id, scope)
        return (scope.owner, False) if is_only else None

    def name_is_free(self, name, scope):
        inner = self.scope
        while inner is not scope:
            if name in inner.names:
                return False
            inner = inner.parent
        return True

    def places(self, value):
        if value[0] != "declared":
            return []
        module, node = value[1], value[2]
        made = [(module.path, node.lineno)]
        if isinstance(node, ast.ClassDef):
            for what in self.files.of_class(module, node, "__init__"):
                if what[0] == "declared":
                    made.append((what[1].path, what[2].lineno))
        return made


def definitions(tree):
    return [[node.name, node.lineno] for node in ast.walk(tree) if isinstance(node, DECLARED)]


def main():
    warnings.simplefilter("ignore")
    sys.setrecursionlimit(20_000)
    folder = pathlib.Path(sys.argv[1])
    files = Files(folder, sys.stdin.read().splitlines())
    for module in files.modules:
        calls = Calls(files, module)
        for statement in module.tree.body:
            calls.visit(statement)
        said = {"path": module.path, "definitions": definitions(module.tree), "calls": calls.found}
        print(json.dumps(said))


if __name__ == "__main__":
    main()
