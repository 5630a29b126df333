// Command cel says what kube-apiserver makes of expressions in CEL: the value or the error, and what they cost.
//
// usage: cel inputs.json expressions.txt
//
// Each line of expressions.txt is the environment (admission, mutation, self), a space, and an expression in CEL.
// inputs.json has the values of the variables, and the schema of self. For each line one line of JSON is printed.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sort"
	"strconv"
	"strings"

	celgo "github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/common/types/traits"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	schemacel "k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel/model"
	kind "k8s.io/apimachinery/pkg/runtime/schema"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"k8s.io/apimachinery/pkg/util/version"
	admissioncel "k8s.io/apiserver/pkg/admission/plugin/cel"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/apiserver/pkg/authorization/authorizer"
	apiservercel "k8s.io/apiserver/pkg/cel"
	"k8s.io/apiserver/pkg/cel/common"
	"k8s.io/apiserver/pkg/cel/environment"
	"k8s.io/apiserver/pkg/cel/library"
	"k8s.io/apiserver/pkg/cel/mutation"
)

// answer is what Kubernetes makes of an expression.
type answer struct {
	Environment string `json:"environment"`
	Expression  string `json:"expression"`
	// Problem says why it is refused.
	Problem string `json:"problem,omitempty"`
	// Type is that of the result, as the checker knows it.
	Type string `json:"type,omitempty"`
	// Max is the greatest cost, as estimated before; a decimal number, since it may be the greatest of 64 bits.
	Min string `json:"min,omitempty"`
	Max string `json:"max,omitempty"`
	// Cost is the actual one.
	Cost  string `json:"cost,omitempty"`
	Value string `json:"value,omitempty"`
	Error string `json:"error,omitempty"`
}

// decide is the authorizer of the table: a get is allowed, a fail fails, nothing else is said.
type decide struct{}

func (decide) Authorize(_ context.Context, a authorizer.Attributes) (authorizer.Decision, string, error) {
	fields, _ := a.GetFieldSelector()
	labels, _ := a.GetLabelSelector()
	asked := fmt.Sprintf("%s %s %s/%s/%s/%s/%s %s %d %d", a.GetUser().GetName(), a.GetVerb(), a.GetAPIGroup(), a.GetResource(),
		a.GetSubresource(), a.GetNamespace(), a.GetName(), a.GetPath(), len(fields), len(labels))
	switch a.GetVerb() {
	case "get":
		return authorizer.DecisionAllow, asked, nil
	case "fail":
		return authorizer.DecisionNoOpinion, "", errors.New("no answer")
	}
	return authorizer.DecisionDeny, asked, nil
}

func show(v ref.Val) string {
	switch t := v.(type) {
	case types.Null:
		return "null"
	case types.Bool, types.Int:
		return fmt.Sprint(t.Value())
	case types.Uint:
		return fmt.Sprint(uint64(t)) + "u"
	case types.Double:
		return "double " + strconv.FormatFloat(float64(t), 'g', -1, 64)
	case types.String:
		return quoted(string(t))
	case types.Bytes:
		return fmt.Sprintf("bytes %x", []byte(t))
	case types.Timestamp, types.Duration:
		return t.Type().TypeName() + " " + string(t.ConvertToType(types.StringType).(types.String))
	case *types.Type:
		return "type " + t.TypeName()
	case *types.Optional:
		if !t.HasValue() {
			return "optional.none"
		}
		return "optional " + show(t.GetValue())
	case *mutation.JSONPatchVal:
		parts := []string{"op=" + quoted(t.Op), "path=" + quoted(t.Path), "from=" + quoted(t.From)}
		if t.Val != nil {
			parts = append(parts, "value="+show(t.Val))
		}
		return "JSONPatch{" + strings.Join(parts, ", ") + "}"
	case traits.Lister:
		var parts []string
		for it := t.Iterator(); it.HasNext() == types.True; {
			parts = append(parts, show(it.Next()))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case traits.Mapper:
		var parts []string
		for it := t.Iterator(); it.HasNext() == types.True; {
			key := it.Next()
			parts = append(parts, show(key)+": "+show(t.Get(key)))
		}
		sort.Strings(parts)
		return "{" + strings.Join(parts, ", ") + "}"
	}
	if native, ok := v.Value().(map[string]any); ok {
		text, err := json.Marshal(native)
		if err == nil {
			return v.Type().TypeName() + string(text)
		}
	}
	return v.Type().TypeName()
}

func quoted(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		return err.Error()
	}
	return strings.TrimSuffix(b.String(), "\n")
}

type program struct {
	env       *celgo.Env
	variables map[string]any
}

func admission(inputs map[string]any, patches bool) (*program, error) {
	request, namespace := admissioncel.BuildRequestType(), admissioncel.BuildNamespaceType()
	options := []celgo.EnvOption{
		celgo.Variable("object", celgo.DynType),
		celgo.Variable("oldObject", celgo.DynType),
		celgo.Variable("params", celgo.DynType),
		celgo.Variable("request", request.CelType()),
		celgo.Variable("namespaceObject", namespace.CelType()),
		celgo.Variable("authorizer", library.AuthorizerType),
		celgo.Variable("authorizer.requestResource", library.ResourceCheckType),
	}
	set, err := environment.MustBaseEnvSet(environment.DefaultCompatibilityVersion()).Extend(environment.VersionedOptions{
		IntroducedVersion: version.MajorMinor(1, 0),
		EnvOptions:        options,
		DeclTypes:         []*apiservercel.DeclType{request, namespace},
	}, environment.StrictCostOpt)
	if err != nil {
		return nil, err
	}
	if patches {
		set, err = set.Extend(environment.VersionedOptions{
			IntroducedVersion: version.MajorMinor(1, 0),
			EnvOptions:        []celgo.EnvOption{common.ResolverEnvOption(&mutation.DynamicTypeResolver{}), library.JSONPatch()},
		})
		if err != nil {
			return nil, err
		}
	}
	env, err := set.Env(environment.NewExpressions)
	if err != nil {
		return nil, err
	}
	who := &user.DefaultInfo{Name: "ann"}
	variables := map[string]any{
		"authorizer":                 library.NewAuthorizerVal(who, decide{}),
		"authorizer.requestResource": library.NewResourceAuthorizerVal(who, decide{}, resource{}),
	}
	for _, name := range []string{"object", "oldObject", "params", "request", "namespaceObject"} {
		variables[name] = inputs[name]
	}
	return &program{env, variables}, nil
}

func (p *program) answer(a *answer) {
	tree, issues := p.env.Compile(a.Expression)
	if issues != nil {
		a.Problem = "compilation failed: " + issues.String()
		return
	}
	a.Type = tree.OutputType().String()
	estimate, err := p.env.EstimateCost(tree, &library.CostEstimator{})
	if err != nil {
		a.Problem = err.Error()
		return
	}
	a.Min, a.Max = strconv.FormatUint(estimate.Min, 10), strconv.FormatUint(estimate.Max, 10)
	prog, err := p.env.Program(tree, celgo.InterruptCheckFrequency(celconfig.CheckFrequency))
	if err != nil {
		a.Problem = "program instantiation failed: " + err.Error()
		return
	}
	a.evaluate(prog, p.variables)
}

func (a *answer) evaluate(prog celgo.Program, variables map[string]any) {
	value, details, err := prog.ContextEval(context.Background(), variables)
	if details != nil && details.ActualCost() != nil {
		a.Cost = strconv.FormatUint(*details.ActualCost(), 10)
	}
	if err != nil {
		a.Error = err.Error()
		return
	}
	a.Value = show(value)
}

func self(inputs map[string]any, a *answer) error {
	text, err := json.Marshal(inputs["schema"])
	if err != nil {
		return err
	}
	var v1 apiextensionsv1.JSONSchemaProps
	if err := json.Unmarshal(text, &v1); err != nil {
		return err
	}
	v1.XValidations = apiextensionsv1.ValidationRules{{Rule: a.Expression}}
	var internal apiextensions.JSONSchemaProps
	if err := apiextensionsv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(&v1, &internal, nil); err != nil {
		return err
	}
	structural, err := schema.NewStructural(&internal)
	if err != nil {
		return err
	}
	results, err := schemacel.Compile(structural, model.SchemaDeclType(structural, false), celconfig.PerCallLimit,
		environment.MustBaseEnvSet(environment.DefaultCompatibilityVersion()), schemacel.NewExpressionsEnvLoader())
	if err != nil {
		return err
	}
	result := results[0]
	if result.Error != nil {
		a.Problem = result.Error.Detail
		return nil
	}
	a.Max = strconv.FormatUint(result.MaxCost, 10)
	a.evaluate(result.Program, map[string]any{
		"self":    schemacel.UnstructuredToVal(inputs["self"], structural),
		"oldSelf": schemacel.UnstructuredToVal(inputs["self"], structural),
	})
	return nil
}

func run(inputFile, expressionFile string) error {
	text, err := os.ReadFile(inputFile)
	if err != nil {
		return err
	}
	inputs := map[string]any{}
	if err := utiljson.Unmarshal(text, &inputs); err != nil {
		return err
	}
	validation, err := admission(inputs, false)
	if err != nil {
		return err
	}
	mutations, err := admission(inputs, true)
	if err != nil {
		return err
	}
	file, err := os.Open(expressionFile)
	if err != nil {
		return err
	}
	defer file.Close()
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		line := lines.Text()
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, expression, _ := strings.Cut(line, " ")
		a := answer{Environment: name, Expression: expression}
		switch name {
		case "admission":
			validation.answer(&a)
		case "mutation":
			mutations.answer(&a)
		case "self":
			if err := self(inputs, &a); err != nil {
				return err
			}
		default:
			return fmt.Errorf("no environment is called %q: %s", name, line)
		}
		if err := encoder.Encode(a); err != nil {
			return err
		}
	}
	return lines.Err()
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: cel inputs.json expressions.txt")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// resource is the request that the table's expressions are about.
type resource struct{}

func (resource) GetName() string      { return "web" }
func (resource) GetNamespace() string { return "shop" }
func (resource) GetResource() kind.GroupVersionResource {
	return kind.GroupVersionResource{Group: "apps", Version: "v1", Resource: "deployments"}
}
func (resource) GetSubresource() string { return "" }
