package secondopinion

import "testing"

func TestZeek(t *testing.T) {
	rows, err := ParseZeek([]byte("### comment\n#separator \\x09\n#fields\tts\tproto\tconn_state\n#types\ttime\tenum\tstring\n1.5\ttcp\tSF\n2.5\tudp\t-\n#close\n"))
	if err != nil || len(rows) != 2 || rows[0]["conn_state"] != "SF" || rows[1]["proto"] != "udp" {
		t.Errorf("got %v, %v", rows, err)
	}
	rows, err = ParseZeek([]byte("### comment\nuid\tproto\nC1\ttcp\n"))
	if err != nil || len(rows) != 1 || rows[0]["proto"] != "tcp" {
		t.Errorf("cut: got %v, %v", rows, err)
	}
	rows, err = ParseZeek([]byte("10.0.0.1\t1\t10.0.0.2\t80\ttcp\t-\t1:yvyB8h+3dnggTZW0UEITWCst97w=\n"))
	if err != nil || len(rows) != 1 || rows[0]["id.resp_p"] != "80" || rows[0]["community_id"] != "1:yvyB8h+3dnggTZW0UEITWCst97w=" {
		t.Errorf("without names: got %v, %v", rows, err)
	}
	if _, err := ParseZeek([]byte("#fields\tts\tproto\n1.5\n")); err == nil {
		t.Error("a short line is read without complaint")
	}
}
