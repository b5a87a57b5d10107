package bench

import (
	"fmt"
	"html"
	"math"
	"strings"
)

// The colours can be read on light and on dark ground.
const (
	inkColour   = "#7d7d7d"
	gridColour  = "#7d7d7d"
	oursColour  = "#2f8f5b"
	peerColour  = "#8aa0b8"
	otherColour = "#c08a3e"
)

// A canvas is an SVG that is being drawn.
type canvas struct{ strings.Builder }

func (c *canvas) text(x, y float64, anchor, weight, text string) {
	fmt.Fprintf(c, `<text x="%.1f" y="%.1f" text-anchor="%s" font-weight="%s" fill="%s">%s</text>`+"\n",
		x, y, anchor, weight, inkColour, html.EscapeString(text))
}

func (c *canvas) rect(x, y, w, h float64, colour string) {
	fmt.Fprintf(c, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" rx="2" fill="%s"/>`+"\n", x, y, w, h, colour)
}

func (c *canvas) line(x1, y1, x2, y2 float64) {
	fmt.Fprintf(c, `<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" stroke="%s" stroke-opacity="0.35"/>`+"\n", x1, y1, x2, y2, gridColour)
}

// A point is a place in a panel's own measure.
type point struct{ x, y float64 }

func (c *canvas) curve(points []point, colour, dashes string) {
	var path strings.Builder
	for _, p := range points {
		fmt.Fprintf(&path, "%.1f,%.1f ", p.x, p.y)
		fmt.Fprintf(c, `<circle cx="%.1f" cy="%.1f" r="3" fill="%s"/>`+"\n", p.x, p.y, colour)
	}
	fmt.Fprintf(c, `<polyline points="%s" fill="none" stroke="%s" stroke-width="2" stroke-dasharray="%s"/>`+"\n",
		strings.TrimSpace(path.String()), colour, dashes)
}

// Chart returns docs/performance.svg: what the programs took, what a frame costs
// by open flows, and the speed-up to expect.
func (r *Report) Chart() string {
	const width, lower = 860, 270
	bars := r.bars()
	height := float64(len(bars))*barStep + 90
	var c canvas
	fmt.Fprintf(&c, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %.0f" font-family="sans-serif" font-size="12" role="img">`+"\n", width, height+lower)
	fmt.Fprintf(&c, "<title>pcappipe beside other programs, %s MB, %s frames</title>\n", megabytesOf(r.Capture.FileBytes), grouped(r.Capture.Frames))
	c.bars(bars)
	r.flowsPanel(&c, frameOf{x: 60, y: height + 50, w: 330, h: 160})
	r.speedupPanel(&c, frameOf{x: 500, y: height + 50, w: 330, h: 160})
	c.WriteString("</svg>\n")
	return c.String()
}

const barStep = 20

// A bar is what one program took.
type bar struct {
	name    string
	seconds float64
	colour  string
}

// bars returns the programs of the chart, pcappipe's main jobs among them, in the
// order of the tables.
func (r *Report) bars() (list []bar) {
	shown := map[string]bool{flows1: true, flows2: true, tcp2: true, files2: true, frames2: true, fields2: true}
	for i := range r.Results {
		s := &r.Results[i]
		if len(s.Runs) == 0 || s.Side == Ours && !shown[s.Name] {
			continue
		}
		b := bar{s.Name, float64(s.Wall(r.Capture.Frames)), peerColour}
		switch s.Side {
		case Ours:
			b.name, b.colour = "pcappipe: "+s.Name, oursColour
		case Floor:
			b.colour = otherColour
		}
		if s.partial(r) {
			b.name += " (scaled)"
		}
		list = append(list, b)
	}
	return list
}

// bars draws times on a logarithmic scale.
func (c *canvas) bars(list []bar) {
	const left, wide, top = 220, 560, 40
	c.text(left, 20, "start", "bold", "Seconds for the whole capture (logarithmic)")
	if len(list) == 0 {
		return
	}
	least, greatest := list[0].seconds, list[0].seconds
	for _, b := range list {
		least, greatest = min(least, b.seconds), max(greatest, b.seconds)
	}
	s := logScale(least, greatest, left, left+wide)
	bottom := top + float64(len(list))*barStep
	for _, tick := range s.ticks() {
		x := s.at(tick)
		c.line(x, top-4, x, bottom)
		c.text(x, bottom+14, "middle", "normal", label(tick))
	}
	c.text(left, bottom+36, "start", "normal", "tshark dissects far more protocols than pcappipe. Scaled: from the first part of the capture.")
	for i, b := range list {
		y := top + float64(i)*barStep
		c.text(left-8, y+12, "end", "normal", b.name)
		c.rect(left, y+2, max(1, s.at(b.seconds)-left), barStep-6, b.colour)
		c.text(s.at(b.seconds)+5, y+12, "start", "normal", figure(b.seconds))
	}
}

// A scale maps decades, or doublings, onto the canvas.
type scale struct{ low, high, base, from, to float64 }

// logScale returns a scale of whole decades around the values.
func logScale(least, greatest, from, to float64) scale {
	low := math.Floor(math.Log10(max(least, 1e-6)))
	high := math.Ceil(math.Log10(max(greatest, 1e-6)))
	return scale{low, max(high, low+1), 10, from, to}
}

func (s scale) at(v float64) float64 {
	part := (math.Log(max(v, 1e-9))/math.Log(s.base) - s.low) / (s.high - s.low)
	return s.from + part*(s.to-s.from)
}

func (s scale) ticks() (list []float64) {
	for e := s.low; e <= s.high; e++ {
		list = append(list, math.Pow(s.base, e))
	}
	return list
}

func label(v float64) string {
	if v >= 1 {
		return grouped(uint64(v + 0.5))
	}
	return fmt.Sprintf("%g", v)
}

// frameOf is where a panel stands.
type frameOf struct{ x, y, w, h float64 }

// axes draws a panel's title, its ground line and its upper bound.
func (c *canvas) axes(f frameOf, title string, top float64) {
	c.text(f.x, f.y-20, "start", "bold", title)
	for i := range 5 {
		part := float64(i) / 4
		y := f.y + f.h*(1-part)
		c.line(f.x, y, f.x+f.w, y)
		c.text(f.x-6, y+4, "end", "normal", label(top*part))
	}
}

// flowsPanel draws the cost of a frame by open flows.
func (r *Report) flowsPanel(c *canvas, f frameOf) {
	if len(r.OpenFlows) == 0 {
		return
	}
	top, most := 0.0, 0
	for _, o := range r.OpenFlows {
		if !o.TCP {
			top, most = max(top, o.Steady), max(most, o.Flows)
		}
	}
	top = math.Ceil(max(top, 1)/100) * 100
	c.axes(f, "ns a frame, by open flows (one worker)", top)
	x := scale{3, max(4, math.Log10(float64(most))), 10, f.x, f.x + f.w}
	for _, tick := range x.ticks() {
		c.text(x.at(tick), f.y+f.h+16, "middle", "normal", label(tick))
	}
	for i, size := range []int{averageFrame, shortFrame} {
		var points []point
		for _, o := range r.OpenFlows {
			if !o.TCP && o.FrameBytes == size {
				points = append(points, point{x.at(float64(o.Flows)), f.y + f.h*(1-o.Steady/top)})
			}
		}
		colour := []string{oursColour, otherColour}[i]
		c.curve(points, colour, "none")
		c.key(f, i, colour, "none", fmt.Sprintf("frames of %d bytes", size))
	}
}

// key draws a line of a panel's legend, below it.
func (c *canvas) key(f frameOf, place int, colour, dashes, text string) {
	x, y := f.x+float64(place)*170, f.y+f.h+34
	c.curve([]point{{x, y - 4}, {x + 20, y - 4}}, colour, dashes)
	c.text(x+26, y, "start", "normal", text)
}

// speedupPanel draws the speed-up to expect with flows.
func (r *Report) speedupPanel(c *canvas, f frameOf) {
	if len(r.Speedups) == 0 || len(r.Speedups[0].Cores) == 0 {
		return
	}
	s := r.Speedups[0]
	last := s.Cores[len(s.Cores)-1]
	top := math.Ceil(max(last.Bound, last.Amdahl)/4) * 4
	c.axes(f, "Speed-up to expect by cores, "+s.Job, top)
	x := scale{0, math.Log2(float64(last.Cores)), 2, f.x, f.x + f.w}
	var bounds, amdahls []point
	for _, n := range s.Cores {
		at := x.at(float64(n.Cores))
		c.text(at, f.y+f.h+16, "middle", "normal", fmt.Sprint(n.Cores))
		bounds = append(bounds, point{at, f.y + f.h*(1-n.Bound/top)})
		amdahls = append(amdahls, point{at, f.y + f.h*(1-n.Amdahl/top)})
	}
	c.curve(bounds, oursColour, "none")
	c.curve(amdahls, otherColour, "4 3")
	c.key(f, 0, oursColour, "none", "bound")
	c.key(f, 1, otherColour, "4 3", "Amdahl")
}
