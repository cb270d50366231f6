// Command schema reads the published Go types of Kubernetes and writes one text table per API group: field names,
// protobuf numbers, pointers, zero handling and the list, map and patch markers. Comments of the sources are never
// copied; only their `+marker` lines are read. Run by hack/update-schema.ts.
package main

import (
	"flag"
	"fmt"
	"go/ast"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	roots := map[string]*string{
		"api":        flag.String("api", "", "folder of the k8s.io/api module"),
		"machinery":  flag.String("machinery", "", "folder of the k8s.io/apimachinery module"),
		"extensions": flag.String("extensions", "", "folder of the k8s.io/apiextensions-apiserver module"),
	}
	out := flag.String("out", "", "folder that receives the tables")
	flag.Parse()
	if err := run(roots, *out); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(roots map[string]*string, out string) error {
	loaded := map[string]*pkg{}
	for _, g := range groups {
		p, err := load(filepath.Join(*roots[g.module], g.folder))
		if err != nil {
			return err
		}
		p.group, p.others = g, loaded
		loaded[g.importPath()] = p
	}
	w := &walker{packages: loaded}
	for _, g := range groups {
		for _, kind := range strings.Fields(g.kinds) {
			w.reach(loaded[g.importPath()], kind)
			if _, ok := loaded[g.importPath()].types[kind+"List"]; ok {
				w.reach(loaded[g.importPath()], kind+"List")
			}
		}
	}
	for _, g := range groups {
		file := filepath.Join(out, g.file+".ts")
		if err := os.WriteFile(file, []byte(render(loaded[g.importPath()])), 0o644); err != nil {
			return err
		}
	}
	return w.err
}

// walker finds every type that a wanted kind can hold.
type walker struct {
	packages map[string]*pkg
	err      error
}

func (w *walker) reach(p *pkg, name string) {
	spec, ok := p.types[name]
	if !ok {
		w.err = fmt.Errorf("%s has no type %s", p.group.file, name)
		return
	}
	if p.wanted[name] || p.opaque(name) {
		return
	}
	p.wanted[name] = true
	ast.Inspect(spec.Type, func(node ast.Node) bool {
		switch n := node.(type) {
		case *ast.Field:
			w.reachExpr(p, n.Type)
			return false
		case ast.Expr:
			w.reachExpr(p, n)
		}
		return true
	})
}

func (w *walker) reachExpr(p *pkg, expr ast.Expr) {
	switch e := expr.(type) {
	case *ast.StarExpr:
		w.reachExpr(p, e.X)
	case *ast.ArrayType:
		w.reachExpr(p, e.Elt)
	case *ast.MapType:
		w.reachExpr(p, e.Key)
		w.reachExpr(p, e.Value)
	case *ast.Ident:
		if _, ok := p.types[e.Name]; ok {
			w.reach(p, e.Name)
		}
	case *ast.SelectorExpr:
		path := p.imports[e.X.(*ast.Ident).Name]
		if other, ok := w.packages[path]; ok {
			w.reach(other, e.Sel.Name)
		}
	}
}
