package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
)

// pkg is one parsed Go package.
type pkg struct {
	group   group
	types   map[string]*ast.TypeSpec
	docs    map[string]string     // markers above a type, one a line
	consts  map[string][]ast.Expr // constants of a named type
	values  map[string]ast.Expr   // constant name → its value
	imports map[string]string     // name → path, over all files
	wanted  map[string]bool
	others  map[string]*pkg // import path → package, to follow constants
}

func load(folder string) (*pkg, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		return nil, err
	}
	p := &pkg{
		types: map[string]*ast.TypeSpec{}, docs: map[string]string{}, consts: map[string][]ast.Expr{},
		values: map[string]ast.Expr{}, imports: map[string]string{}, wanted: map[string]bool{},
	}
	for _, file := range files {
		base := filepath.Base(file)
		if strings.HasSuffix(base, "_test.go") || strings.Contains(base, "generated") || base == "fieldsv1_string.go" {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		p.read(parsed)
	}
	return p, nil
}

func (p *pkg) read(file *ast.File) {
	for _, spec := range file.Imports {
		path, _ := strconv.Unquote(spec.Path.Value)
		name := path[strings.LastIndex(path, "/")+1:]
		if spec.Name != nil {
			name = spec.Name.Name
		}
		p.imports[name] = path
	}
	for _, decl := range file.Decls {
		gen, ok := decl.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, spec := range gen.Specs {
			switch s := spec.(type) {
			case *ast.TypeSpec:
				p.types[s.Name.Name] = s
				p.docs[s.Name.Name] = markers(gen.Doc) + markers(s.Doc)
			case *ast.ValueSpec:
				if gen.Tok == token.CONST {
					p.readConst(s)
				}
			}
		}
	}
}

func (p *pkg) readConst(s *ast.ValueSpec) {
	for i, name := range s.Names {
		if i >= len(s.Values) {
			return
		}
		value, named := s.Values[i], typeName(s.Type)
		if call, ok := value.(*ast.CallExpr); ok && named == "" && len(call.Args) == 1 {
			value, named = call.Args[0], typeName(call.Fun)
		}
		p.values[name.Name] = value
		p.consts[named] = append(p.consts[named], value)
	}
}

// literal follows names and conversions to the text of a constant: `"TCP"`, `true`, `5`.
func (p *pkg) literal(expr ast.Expr) string {
	switch e := expr.(type) {
	case *ast.BasicLit:
		return e.Value
	case *ast.Ident:
		if value, ok := p.values[e.Name]; ok {
			return p.literal(value)
		}
		return e.Name
	case *ast.SelectorExpr:
		if other, ok := p.others[p.imports[e.X.(*ast.Ident).Name]]; ok {
			return other.literal(e.Sel)
		}
	case *ast.CallExpr:
		return p.literal(e.Args[0])
	}
	return ""
}

// enum lists the values of a type marked +enum, sorted, each once.
func (p *pkg) enum(name string) []string {
	if !hasMarker(p.docs[name], "enum") {
		return nil
	}
	seen := map[string]bool{}
	var values []string
	for _, constant := range p.consts[name] {
		value, err := strconv.Unquote(p.literal(constant))
		if err == nil && !seen[value] {
			seen[value] = true
			values = append(values, value)
		}
	}
	sort.Strings(values)
	return values
}

// opaque types have a wire form of their own and are not taken apart.
func (p *pkg) opaque(name string) bool {
	_, ok := scalars[p.group.importPath()+"."+name]
	return ok
}

// markers keeps the lines of a comment that begin with a plus sign, without it.
func markers(doc *ast.CommentGroup) string {
	if doc == nil {
		return ""
	}
	var out strings.Builder
	for _, comment := range doc.List {
		text := strings.TrimSpace(strings.TrimPrefix(comment.Text, "//"))
		if strings.HasPrefix(text, "+") {
			out.WriteString(text[1:] + "\n")
		}
	}
	return out.String()
}

func hasMarker(marks, name string) bool {
	for _, line := range strings.Split(marks, "\n") {
		if line == name || strings.HasPrefix(line, name+"=") || strings.HasPrefix(line, name+" ") {
			return true
		}
	}
	return false
}

// markerValues returns what stands behind `name=`, in order.
func markerValues(marks, name string) []string {
	var values []string
	for _, line := range strings.Split(marks, "\n") {
		if value, ok := strings.CutPrefix(line, name+"="); ok {
			values = append(values, strings.TrimSpace(value))
		}
	}
	return values
}
