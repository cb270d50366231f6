// Command clients drives an API server with client-go the way controllers do. Each scenario prints one JSON line with
// its name and what went wrong, if anything did; the User-Agent of its requests is fairlead-go/NAME.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// world is what a scenario works with: a namespace of its own and a configuration that names it.
type world struct {
	context.Context
	config    *rest.Config
	client    kubernetes.Interface
	namespace string
	// restart asks the suite to end the server and start it again, and returns when that is done.
	restart func() error
}

type scenario struct {
	name string
	run  func(*world) error
}

var scenarios = []scenario{
	{"discovery", checkDiscovery},
	{"informers", checkInformers},
	{"metadata", checkMetadata},
	{"protobuf", checkProtobuf},
	{"apply", checkApply},
	{"dynamic", checkDynamic},
	{"paging", checkPaging},
	{"conflicts", checkConflicts},
	{"events", checkEvents},
	{"crowd", checkCrowd},
	{"leases", checkLeaderElection},
	{"reconnect", checkReconnect},
}

type outcome struct {
	Name    string  `json:"name"`
	Error   string  `json:"error,omitempty"`
	Seconds float64 `json:"seconds"`
}

func main() {
	answers := bufio.NewReader(os.Stdin)
	for _, wanted := range os.Args[2:] {
		for _, scenario := range scenarios {
			if scenario.name == wanted {
				report(scenario, os.Args[1], answers)
			}
		}
	}
}

func report(scenario scenario, kubeconfig string, answers *bufio.Reader) {
	start := time.Now()
	err := play(scenario, kubeconfig, answers)
	result := outcome{Name: scenario.name, Seconds: time.Since(start).Seconds()}
	if err != nil {
		result.Error = err.Error()
	}
	printLine(result)
}

func play(scenario scenario, kubeconfig string, answers *bufio.Reader) error {
	ctx, cancel := context.WithTimeout(context.Background(), 90*time.Second)
	defer cancel()
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	config.UserAgent = "fairlead-go/" + scenario.name
	// The default of 5 requests a second would be what is measured.
	config.QPS, config.Burst = 1000, 1000
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	restart := func() error {
		printLine(map[string]string{"ask": "restart"})
		_, err := answers.ReadString('\n')
		return err
	}
	world := &world{ctx, config, client, "go-" + scenario.name, restart}
	if err := world.createNamespace(); err != nil {
		return err
	}
	return scenario.run(world)
}

func printLine(value any) {
	line, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	fmt.Println(string(line))
}
